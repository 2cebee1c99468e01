using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class PoolTests
{
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Random_windows_of_one_to_three_axes(VectorWidth width)
    {
        var random = new Random(3);
        for (int run = 0; run < 120; run++)
        {
            int rank = random.Next(1, 4), channels = random.Next(8) switch
            {
                0 or 1 => random.Next(30, 40),
                2 => random.Next(60, 90),
                _ => random.Next(1, 20),
            };
            int[] input = Draw(random, rank, 1, 8), kernel = Draw(random, rank, 1, 4), strides = Draw(random, rank, 1, 4),
                dilations = Draw(random, rank, 1, 3);
            int[] begin = [.. kernel.Select(k => random.Next(k))], end = [.. kernel.Select(k => random.Next(k))];
            bool ceil = random.Next(2) == 0;
            int[] output = [.. Enumerable.Range(0, rank).Select(i =>
                OutputSize(input[i], kernel[i], strides[i], begin[i], end[i], dilations[i], ceil))];
            if (output.Min() > 0)
            {
                Check(width, random.Next(0, 3), channels, new(input, output, kernel, strides, begin, end, dilations), run);
            }
        }
    }

    [Fact]
    public void Ceil_mode_does_not_count_beyond_the_padding()
    {
        // Input 1 2 3, one position of padding at the end, windows of 3 every 2: the second window is {3, padding, beyond}.
        var windows = PoolWindows.Create(1, 1, [3], [2], [3], [2], [0], [1], [1]);
        using var x = GuardedBuffer<float>.From([1, 2, 3]);
        using var y = new GuardedBuffer<float>(2);
        Pool.Average(VectorWidth.Scalar, x.Pointer, y.Pointer, windows, countPadding: true);
        Assert.Equal([2, 1.5f], y.Span.ToArray());
        Pool.Average(VectorWidth.Scalar, x.Pointer, y.Pointer, windows, countPadding: false);
        Assert.Equal([2, 3], y.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void The_maximum_keeps_a_NaN(VectorWidth width)
    {
        float[] values = new float[3 * 17];
        values[20] = float.NaN;
        using var x = GuardedBuffer<float>.From(values);
        using var y = new GuardedBuffer<float>(17);
        Pool.Max(width, x.Pointer, y.Pointer, PoolWindows.Create(1, 17, [3], [1], [3], [1], [0], [0], [1]));
        Assert.Equal(Enumerable.Range(0, 17).Select(c => c == 3 ? float.NaN : 0), y.Span.ToArray());
    }

    [Fact]
    public void Lists_of_different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => PoolWindows.Create(1, 1, [3, 3], [2, 2], [3], [2, 2], [0, 0], [1, 1], [1, 1]));

    private static int[] Draw(Random random, int rank, int from, int to) =>
        [.. Enumerable.Range(0, rank).Select(_ => random.Next(from, to))];

    /// <summary>ONNX: windows that ceil mode adds must begin in the input or in the padding before it.</summary>
    private static int OutputSize(int input, int kernel, int stride, int begin, int end, int dilation, bool ceil)
    {
        int span = input + begin + end - ((kernel - 1) * dilation) - 1;
        int size = span < 0 ? 0 : ((ceil ? span + stride - 1 : span) / stride) + 1;
        return (size - 1) * stride >= input + begin ? size - 1 : size;
    }

    private static void Check(VectorWidth width, int batch, int channels, Geometry g, int seed)
    {
        float[] values = Numbers.Floats(batch * Indices.Count(g.Input) * channels, seed);
        using var x = GuardedBuffer<float>.From(values);
        using var y = new GuardedBuffer<float>(batch * Indices.Count(g.Output) * channels);
        var windows = PoolWindows.Create(batch, channels, g.Input, g.Output, g.Kernel, g.Strides, g.Begin, g.End, g.Dilations);
        Pool.Max(width, x.Pointer, y.Pointer, windows);
        Compare(values, y, batch, channels, g, (taps, _, _) => taps.Count == 0 ? float.NegativeInfinity : taps.Max());
        Pool.Average(width, x.Pointer, y.Pointer, windows, countPadding: true);
        Compare(values, y, batch, channels, g, (taps, _, padded) => Sum(taps) / padded);
        Pool.Average(width, x.Pointer, y.Pointer, windows, countPadding: false);
        Compare(values, y, batch, channels, g, (taps, inside, _) => Sum(taps) / inside);
        CheckBytes(batch, channels, g, seed);
        CheckBoth(width, x, y, windows);
    }

    /// <summary>The floats of the maximum alone, and the codes of <see cref="Quantize"/>; bytes that fill up a pixel are left alone.</summary>
    private static void CheckBoth(VectorWidth width, GuardedBuffer<float> x, GuardedBuffer<float> y, PoolWindows windows)
    {
        const float Scale = 1f / 128;
        int channels = windows.Channels, pitch = PanelLayout.PaddedDepth(channels);
        Pool.Max(width, x.Pointer, y.Pointer, windows);
        float[] alone = y.Span.ToArray();
        y.Span.Clear();
        using var codes = new GuardedBuffer<byte>(alone.Length / channels * pitch);
        codes.Span.Fill(0xA5);
        Pool.Max(width, x.Pointer, y.Pointer, new StoreU8(codes.Pointer, pitch, Scale, 100, 200), windows);
        y.Check();
        codes.Check();
        Assert.Equal(alone, y.Span.ToArray());
        for (int i = 0; i < codes.Length; i++)
        {
            var (pixel, c) = Math.DivRem(i, pitch);
            Assert.Equal(c < channels ? Codes.Of(alone[(pixel * channels) + c], Scale, 100, 200) : 0xA5, codes.Span[i]);
        }
    }

    private static void CheckBytes(int batch, int channels, Geometry g, int seed)
    {
        int pitch = PanelLayout.PaddedDepth(channels);
        byte[] values = new byte[batch * Indices.Count(g.Input) * pitch];
        new Random(seed).NextBytes(values);
        using var x = GuardedBuffer<byte>.From(values);
        using var y = new GuardedBuffer<byte>(batch * Indices.Count(g.Output) * pitch);
        Pool.MaxBytes(x.Pointer, y.Pointer, batch, pitch, g.Input, g.Output, g.Kernel, g.Strides, g.Begin, g.End, g.Dilations);
        y.Check();
        using var floats = new GuardedBuffer<float>(y.Span.Length);
        for (int i = 0; i < y.Span.Length; i++)
        {
            floats.Span[i] = y.Span[i];
        }

        Compare([.. values.Select(v => (float)v)], floats, batch, pitch, g, (taps, _, _) => taps.Count == 0 ? 0 : taps.Max());
    }

    private static float Sum(List<float> taps) => taps.Aggregate(0f, (sum, tap) => sum + tap);

    private static void Compare(float[] values, GuardedBuffer<float> y, int batch, int channels, Geometry g,
        Func<List<float>, int, int, float> truth)
    {
        y.Check();
        int[] strides = Indices.RowMajor([batch, .. g.Input, channels]);
        int flat = 0;
        foreach (int[] index in Indices.Of([batch, .. g.Output, channels]))
        {
            var taps = new List<float>();
            int padded = 0;
            foreach (int[] tap in Indices.Of(g.Kernel))
            {
                int[] position = [.. tap.Select((t, i) => (index[i + 1] * g.Strides[i]) - g.Begin[i] + (t * g.Dilations[i]))];
                padded += position.Select((p, i) => p < g.Input[i] + g.End[i]).All(inside => inside) ? 1 : 0;
                if (position.Select((p, i) => p >= 0 && p < g.Input[i]).All(inside => inside))
                {
                    taps.Add(values[Indices.Offset([index[0], .. position, index[^1]], strides)]);
                }
            }

            Assert.Equal(truth(taps, taps.Count, padded), y.Span[flat++]);
        }
    }

    private sealed record Geometry(int[] Input, int[] Output, int[] Kernel, int[] Strides, int[] Begin, int[] End, int[] Dilations);
}
