using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class PadTests
{
    [Theory]
    [InlineData(PadMode.Constant, "99012399")]
    [InlineData(PadMode.Reflect, "21012321")]
    [InlineData(PadMode.Edge, "00012333")]
    [InlineData(PadMode.Wrap, "23012301")]
    public void Modes_as_in_numpy(PadMode mode, string expected)
    {
        using var x = GuardedBuffer<int>.From([0, 1, 2, 3]);
        using var nine = GuardedBuffer<int>.From([9]);
        using var y = new GuardedBuffer<int>(8);
        Pad.Run(x.Pointer, y.Pointer, [4], [2], [2], mode, nine.Pointer);
        Assert.Equal(expected, string.Concat(y.Span.ToArray()));
    }

    [Fact]
    public void Random_shapes_modes_and_cuts()
    {
        var random = new Random(5);
        for (int run = 0; run < 400; run++)
        {
            var mode = (PadMode)random.Next(4);
            int[] shape = [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(1, 6))];
            // Further than the axis is long, with few axes; with many the reference would take longer than all kernels together.
            int most = shape.Length > 2 ? 4 : 8;
            int[] before = [.. shape.Select(size => random.Next(1 - size, most))];
            int[] after = [.. shape.Select((size, i) => random.Next(1 - (size + Math.Min(0, before[i])), most))];
            Check(mode, shape, before, after, run);
        }
    }

    [Fact]
    public void Empty_axes()
    {
        using var x = new GuardedBuffer<int>(0);
        using var seven = GuardedBuffer<int>.From([7]);
        using var y = new GuardedBuffer<int>(6);
        Pad.Run(x.Pointer, y.Pointer, [2, 0], [0, 1], [0, 2], PadMode.Constant, seven.Pointer);
        Assert.Equal([7, 7, 7, 7, 7, 7], y.Span.ToArray());
        Pad.Run(x.Pointer, x.Pointer, [2, 3], [0, -3], [0, 0], PadMode.Edge, seven.Pointer);
        Assert.Throws<ArgumentException>(() => Pad.Run(x.Pointer, y.Pointer, [2, 0], [0, 1], [0, 2], PadMode.Reflect, seven.Pointer));
    }

    private static void Check(PadMode mode, int[] shape, int[] before, int[] after, int seed)
    {
        float[] values = Numbers.Floats(Indices.Count(shape), seed);
        int[] output = [.. shape.Select((size, i) => size + before[i] + after[i])];
        using var x = GuardedBuffer<float>.From(values);
        using var nine = GuardedBuffer<float>.From([9f]);
        using var y = new GuardedBuffer<float>(Indices.Count(output));
        Pad.Run(x.Pointer, y.Pointer, shape, before, after, mode, nine.Pointer);
        y.Check();
        int[] strides = Indices.RowMajor(shape);
        int flat = 0;
        foreach (int[] index in Indices.Of(output))
        {
            int[] source = [.. index.Select((o, i) => Source(o, shape[i], before[i], after[i], mode))];
            Assert.Equal(source.Contains(-1) ? 9f : values[Indices.Offset(source, strides)], y.Span[flat++]);
        }
    }

    /// <summary>Written as the list of what an axis shows: cut, then grown one position at a time.</summary>
    private static int Source(int position, int size, int before, int after, PadMode mode)
    {
        List<int> kept = [.. Enumerable.Range(0, size).Skip(Math.Max(0, -before)).SkipLast(Math.Max(0, -after))];
        var shown = new List<int>(kept);
        int Cycle(int step) => kept[((step % kept.Count) + kept.Count) % kept.Count];
        int Mirror(int step)
        {
            List<int> there = [.. kept, .. Enumerable.Reverse(kept).Skip(1).SkipLast(1)];
            return there[((step % there.Count) + there.Count) % there.Count];
        }

        int Beyond(int step) => mode switch
        {
            PadMode.Edge => step < 0 ? kept[0] : kept[^1],
            PadMode.Wrap => Cycle(step),
            PadMode.Reflect => Mirror(step),
            _ => -1,
        };

        for (int i = 1; i <= before; i++)
        {
            shown.Insert(0, Beyond(-i));
        }

        for (int i = 0; i < after; i++)
        {
            shown.Add(Beyond(kept.Count + i));
        }

        return shown[position];
    }
}
