using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Convolutions against loops over output pixels and taps inside the input, which follow the arithmetic contract word by word.
/// </summary>
public sealed unsafe class ConvTests
{
    /// <summary>Kernels, strides, dilations and paddings (begin and end differ) over few and many channels and pixels.</summary>
    private static readonly Shape[] Shapes =
    [
        new() { InH = 5, InW = 6, InC = 1, OutC = 16, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new() { Batch = 2, InH = 7, InW = 7, InC = 5, OutC = 33, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
            PadRight = 1 },
        new() { InH = 9, InW = 8, InC = 3, OutC = 20, KernelH = 5, KernelW = 4, PadTop = 2, PadLeft = 3, PadBottom = 1, PadRight = 0,
            StrideH = 2, StrideW = 3 },
        new() { Batch = 3, InH = 1, InW = 31, InC = 6, OutC = 7, KernelW = 5, PadLeft = 4, PadRight = 1, StrideW = 2, DilationW = 2 },
        new() { InH = 8, InW = 8, InC = 4, OutC = 64, KernelH = 3, KernelW = 3, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2,
            DilationH = 2, DilationW = 2 },
        new() { Batch = 2, InH = 3, InW = 4, InC = 8, OutC = 12 },
        new() { InH = 2, InW = 2, InC = 2, OutC = 3, KernelH = 7, KernelW = 7, PadTop = 6, PadLeft = 5, PadBottom = 6, PadRight = 7 },
        new() { InH = 3, InW = 3, InC = 2, OutC = 3, PadTop = 2, PadLeft = 1, PadBottom = 1, PadRight = 3, StrideH = 2 },
        new() { Batch = 0, InH = 3, InW = 3, InC = 2, OutC = 3, KernelH = 2, KernelW = 2 },
    ];

    private static readonly Shape[] Grouped =
    [
        new() { InH = 5, InW = 5, InC = 6, OutC = 4, Groups = 2, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
            PadRight = 1 },
        new() { Batch = 2, InH = 4, InW = 5, InC = 9, OutC = 60, Groups = 3, KernelH = 2, KernelW = 3, PadLeft = 1 },
        new() { InH = 4, InW = 4, InC = 3, OutC = 6, Groups = 3, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
            PadRight = 1, DilationW = 2 },
    ];

    [Theory]
    [MemberData(nameof(Rows.PanelF32), MemberType = typeof(Rows))]
    public void F32_is_the_sequential_fused_sum(string kernel)
    {
        foreach (var shape in Shapes.Concat(Grouped))
        {
            Floats(shape, (x, w, bias, y) =>
            {
                using var weights = GuardedBuffer<float>.From([.. ByGroup(shape, w)
                    .SelectMany(g => Packing.F32(g, shape.Depth, shape.OutC / shape.Groups))]);
                Conv.F32(Rows.Tile(kernel), shape, x, weights.Pointer, bias, new LeakyRelu(0.5f), new StoreF32(y, shape.OutC));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Rows.PanelBF16), MemberType = typeof(Rows))]
    public void BF16_is_the_sequential_fused_sum(string kernel)
    {
        foreach (var shape in Shapes.Concat(Grouped))
        {
            Floats(shape, (x, w, bias, y) =>
            {
                using var weights = GuardedBuffer<ushort>.From([.. ByGroup(shape, w)
                    .SelectMany(g => Packing.BF16(g, shape.Depth, shape.OutC / shape.Groups))]);
                Conv.BF16(Rows.Tile(kernel), shape, x, weights.Pointer, bias, new LeakyRelu(0.5f), new StoreF32(y, shape.OutC));
            });
        }
    }

    /// <summary>Pairs lie within a pixel: an odd number of channels has one tap.</summary>
    [Theory]
    [MemberData(nameof(Rows.Pairs), MemberType = typeof(Rows))]
    public void BF16_pairs_are_added_odd_one_first(string kernel)
    {
        foreach (var like in Shapes)
        {
            var shape = like.InC % 2 == 0 || like.KernelH * like.KernelW == 1 ? like : like with { InC = like.InC + 1 };
            var x = Numbers.Floats(shape.InputLength, 1);
            var w = Numbers.BFloats(shape.Depth * shape.OutC, 2);
            var b = Numbers.Floats(shape.OutC, 3);
            using var input = GuardedBuffer<float>.From(x);
            using var weights = GuardedBuffer<ushort>.From(Packing.BF16(w, shape.Depth, shape.OutC));
            using var bias = GuardedBuffer<float>.From(Packing.Padded(b));
            using var scratch = new GuardedBuffer<float>(shape.Batch * shape.InH * shape.InW * ((shape.InC + 1) / 2));
            using var y = new GuardedBuffer<float>(shape.OutputLength);
            Conv.BF16BF16(Rows.Tile(kernel), shape, input.Pointer, weights.Pointer, bias.Pointer, scratch.Pointer, new LeakyRelu(0.5f),
                new StoreF32(y.Pointer, shape.OutC));
            y.Check();
            scratch.Check();
            for (int i = 0; i < y.Length; i++)
            {
                float sum = Pairs.Sum(shape.Terms(i).Select(term => (x[term.Item1], w[term.Item2]))) + b[i % shape.OutC];
                Expect.True(y.Span[i] == (sum < 0 ? sum * 0.5f : sum), $"{shape}, element {i}: {y.Span[i]:R}, not {sum:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.PanelF16), MemberType = typeof(Rows))]
    public void F16_is_the_sequential_fused_sum(string kernel)
    {
        foreach (var shape in Shapes.Concat(Grouped))
        {
            Floats(shape, (x, w, bias, y) =>
            {
                using var weights = GuardedBuffer<ushort>.From([.. ByGroup(shape, w)
                    .SelectMany(g => Packing.F16(g, shape.Depth, shape.OutC / shape.Groups))]);
                Conv.F16(Rows.Tile(kernel), shape, x, weights.Pointer, bias, new LeakyRelu(0.5f), new StoreF32(y, shape.OutC));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Rows.FloatDepthwise), MemberType = typeof(Rows))]
    public void Depthwise_is_the_sequential_fused_sum(string kernel)
    {
        foreach (int channels in new[] { 1, 3, 4, 7, 8, 15, 16, 17, 33, 64, 65, 130 })
        {
            foreach (var like in Shapes)
            {
                var shape = like with { InC = channels, OutC = channels, Groups = channels };
                Floats(shape, (x, w, bias, y) =>
                {
                    using var weights = GuardedBuffer<float>.From(w);
                    DepthwiseConv.F32(Rows.FloatDepthwiseOf(kernel), shape, x, weights.Pointer, bias, new LeakyRelu(0.5f),
                        new StoreF32(y, shape.OutC));
                });
                using var depthwise = new FloatDepthwiseCase(shape, variant: channels);
                Assert.Null(depthwise.Difference(Rows.FloatDepthwiseOf(kernel), toBytes: false));
                Assert.Null(depthwise.Difference(Rows.FloatDepthwiseOf(kernel), toBytes: true));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.ByteDepthwise), MemberType = typeof(Rows))]
    public void Depthwise_bytes_give_the_exact_integers(string kernel)
    {
        foreach (int channels in new[] { 1, 3, 4, 7, 8, 15, 16, 17, 33, 64, 65, 130 })
        {
            foreach (var like in Shapes)
            {
                foreach (int zeroPoint in new[] { 0, 77 })
                {
                    var shape = like with { InC = channels, OutC = channels, Groups = channels };
                    using var depthwise = new ByteDepthwiseCase(shape, zeroPoint, variant: channels);
                    Assert.Null(depthwise.Difference(Rows.ByteDepthwiseOf(kernel)));
                    Assert.Null(depthwise.DifferenceOfQuotients(Rows.ByteDepthwiseOf(kernel)));
                    Assert.Null(depthwise.DifferenceInFloats(Rows.ByteDepthwiseOf(kernel)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Bytes), MemberType = typeof(Rows))]
    public void Bytes_give_the_exact_integers(string kernel)
    {
        var row = Rows.Tile(kernel);
        foreach (var known in Rows.Known(row))
        {
            // 2·groups weights ≤ 32767 / (groups·2·127) in a lane, at any place where a block may begin.
            int highestWeight = known.Groups < 2 ? 127 : short.MaxValue / (2 * known.Groups * 127);
            foreach (var shape in Shapes)
            {
                Bytes(row, known, shape, known == Exactness.Any ? 255 : 127, 63, highestWeight);
            }
        }

        // A zero point of zero needs no compensation; so many columns take two rounds of it.
        foreach (int zeroPoint in new[] { 0, 77 })
        {
            Bytes(row, row.Needs, Shapes[1] with { OutC = 300 }, 127, zeroPoint, 32);
        }
    }

    private static void Floats(Shape shape, Action<Pointer<float>, float[], Pointer<float>, Pointer<float>> run)
    {
        var x = Numbers.Floats(shape.InputLength, 1);
        var w = Numbers.BFloats(shape.Depth * shape.OutC, 2);
        var b = Numbers.Floats(shape.OutC, 3);
        using var input = GuardedBuffer<float>.From(x);
        using var bias = GuardedBuffer<float>.From(b);
        using var y = new GuardedBuffer<float>(shape.OutputLength);
        run(input.Pointer, w, bias.Pointer, y.Pointer);
        y.Check();
        for (int i = 0; i < y.Length; i++)
        {
            float sum = 0;
            foreach (var (input1, weight) in shape.Terms(i))
            {
                sum = MathF.FusedMultiplyAdd(x[input1], w[weight], sum);
            }

            sum += b[i % shape.OutC];
            Expect.True(y.Span[i] == (sum < 0 ? sum * 0.5f : sum), $"{shape}, element {i}: {y.Span[i]}, not {sum}");
        }
    }

    private static void Bytes(TileKernel kernel, Exactness known, Shape shape, int highest, int zeroPoint, int highestWeight)
    {
        var x = Numbers.Bytes(shape.InputLength, highest, 1);
        var w = Numbers.Weights(shape.Depth * shape.OutC, 2, highestWeight);
        var compensations = new int[shape.OutC];
        for (int i = 0; i < w.Length; i++)
        {
            compensations[i % shape.OutC] -= zeroPoint * w[i];
        }

        using var input = GuardedBuffer<byte>.From(Packing.Rows(x, shape.InC));
        using var padding = new GuardedBuffer<byte>((shape.InC + 3) / 4 * 4);
        padding.Span.Fill((byte)zeroPoint);
        using var weights = GuardedBuffer<sbyte>.From(Packing.S8(w, shape.KernelH * shape.KernelW, shape.InC, shape.OutC));
        using var compensation = GuardedBuffer<int>.From(Packing.Padded(compensations));
        using var scale = new GuardedBuffer<float>(compensation.Length);
        scale.Span.Fill(0.25f);
        using var bias = new GuardedBuffer<float>(compensation.Length);
        bias.Span.Fill(3);
        using var y = new GuardedBuffer<float>(shape.OutputLength);
        Conv.Bytes(
            kernel, known, shape, input.Pointer, padding.Pointer, weights.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer,
            default(Identity), new StoreF32(y.Pointer, shape.OutC));
        y.Check();
        for (int i = 0; i < y.Length; i++)
        {
            int sum = 0;
            foreach (var (input1, weight) in shape.Terms(i))
            {
                sum += (x[input1] - zeroPoint) * w[weight];
            }

            Expect.True(y.Span[i] == (sum * 0.25f) + 3, $"{shape}, zero point {zeroPoint}, element {i}");
        }
    }

    /// <summary>Weights [taps, channels, OutC] as one [taps, channels, OutC / Groups] a group.</summary>
    private static IEnumerable<float[]> ByGroup(Shape shape, float[] weights)
    {
        int columns = shape.OutC / shape.Groups;
        for (int group = 0; group < shape.Groups; group++)
        {
            int first = group * columns;
            yield return [.. Enumerable.Range(0, shape.Depth * columns)
                .Select(i => weights[(i / columns * shape.OutC) + first + (i % columns)])];
        }
    }
}
