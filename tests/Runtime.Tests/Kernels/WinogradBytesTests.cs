using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Convolutions of bytes with a quarter of the multiplications against their definition, integer for integer.</summary>
public sealed unsafe class WinogradBytesTests
{
    /// <summary>
    /// Sizes that are and are not multiples of a tile, paddings that differ, parts of registers and of runs, several images.
    /// </summary>
    private static readonly Shape[] Shapes =
    [
        Image(8, 8, 16, 32), Image(7, 9, 17, 16), Image(1, 1, 33, 48), Image(2, 3, 50, 7) with { Batch = 3 },
        Image(6, 5, 32, 80) with { PadTop = 0, PadLeft = 2, PadBottom = 2, PadRight = 0 },
        Image(5, 6, 20, 70) with { PadTop = 5, PadLeft = 4, PadBottom = 3, PadRight = 6 },
        Image(41, 39, 16, 32), Image(9, 9, 256, 33), Image(3, 3, 16, 16) with { Batch = 0 },
    ];

    public static TheoryData<string, int> Kernels =>
        [.. from kernel in Rows.Shorts from zero in new[] { 0, 200 } select (kernel.Data, zero)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_kernel_gives_the_sums_of_the_definition(string kernel, int zero)
    {
        foreach (var shape in Shapes)
        {
            var x = Numbers.Bytes(shape.InputLength, byte.MaxValue, shape.OutC);
            var w = Numbers.Weights(shape.Depth * shape.OutC, shape.InC);
            float[] y = Run(kernel, shape, x, w, zero);
            for (int i = 0; i < y.Length; i++)
            {
                int expected = 0;
                foreach (var (input, weight) in shape.Terms(i))
                {
                    expected += (x[input] - zero) * w[weight];
                }

                Expect.True(y[i] == expected, $"{shape}, element {i}: {y[i]}, not {expected}");
            }
        }
    }

    /// <summary>Sums that fill 26 bits, those of the points having left 32 long before.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Sums_up_to_the_limit_are_exact(string kernel, int zero)
    {
        var shape = Image(9, 13, 256, 32);
        int most = (WinogradConv.SumLimit - 1) / (byte.MaxValue * shape.Depth);
        var random = new Random(7);
        foreach (bool alternates in new[] { false, true })
        {
            byte[] x = [.. Enumerable.Range(0, shape.InputLength).Select(_ => (byte)(alternates ? random.Next(2) * 255 : 255))];
            sbyte[] w = [.. Enumerable.Range(0, shape.Depth * shape.OutC).Select(i => (sbyte)(i % shape.OutC % 2 == 0 ? most : -most))];
            float[] y = Run(kernel, shape, x, w, zero);
            for (int i = 0; i < y.Length; i++)
            {
                int expected = shape.Terms(i).Sum(t => (x[t.Input] - zero) * w[t.Weight]);
                Expect.True(y[i] == expected, $"element {i}: {y[i]}, not {expected}");
            }
        }
    }

    [Fact]
    public void The_methods_give_the_bits_of_the_other_kernel()
    {
        GiveTheBitsOfTheOtherKernel(new LeakyRelu(0.5f));
        GiveTheBitsOfTheOtherKernel(default(Relu));
        GiveTheBitsOfTheOtherKernel(default(Gelu));
    }

    private static void GiveTheBitsOfTheOtherKernel<TActivation>(TActivation activation)
        where TActivation : struct, IUnaryFunction
    {
        foreach (var shape in new[] { Image(14, 14, 16, 32), Image(6, 7, 16, 16), Image(17, 19, 36, 40) })
        {
            sbyte[] w = Numbers.Weights(shape.Depth * shape.OutC, 2);
            using var o = new Operands(shape, Numbers.Bytes(shape.InputLength, 127, 1), w, 50);
            Assert.Equal(
                o.Run(store => Conv.U7S8(shape, o.X.Pointer, o.Padding.Pointer, o.Weights.Pointer, o.Compensation.Pointer,
                    o.Scale.Pointer, o.Bias.Pointer, activation, store)),
                o.Run(store => WinogradConv.U7S8(shape, o.X.Pointer, o.Padding.Pointer, o.Weights.Pointer, o.Compensation.Pointer,
                    o.Scale.Pointer, o.Bias.Pointer, o.Scratch.Pointer, activation, store)));
            using var p = new Operands(shape, Numbers.Bytes(shape.InputLength, 255, 1), w, 50);
            Assert.Equal(
                p.Run(store => Conv.U8S8(shape, p.X.Pointer, p.Padding.Pointer, p.Weights.Pointer, p.Compensation.Pointer,
                    p.Scale.Pointer, p.Bias.Pointer, activation, store)),
                p.Run(store => WinogradConv.U8S8(shape, p.X.Pointer, p.Padding.Pointer, p.Weights.Pointer, p.Compensation.Pointer,
                    p.Scale.Pointer, p.Bias.Pointer, p.Scratch.Pointer, activation, store)));
        }
    }

    private static Shape Image(int height, int width, int inputs, int outputs) => new()
    {
        InH = height, InW = width, InC = inputs, OutC = outputs, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
        PadRight = 1,
    };

    /// <summary>Sums without their zero points, rounded to floats.</summary>
    private static float[] Run(string kernel, Shape shape, byte[] x, sbyte[] w, int zero)
    {
        using var operands = new Operands(shape, x, w, zero);
        operands.Scale.Span.Fill(1);
        operands.Bias.Span.Clear();
        return operands.Run(store => WinogradConv.Bytes(Rows.Tile(kernel), shape, operands.X.Pointer, operands.Padding.Pointer,
            operands.Weights.Pointer, operands.Compensation.Pointer, operands.Scale.Pointer, operands.Bias.Pointer,
            operands.Scratch.Pointer, new Identity(), store));
    }

    private sealed class Operands : IDisposable
    {
        public Operands(Shape shape, byte[] x, sbyte[] w, int zero)
        {
            Shape = shape;
            int pitch = PanelLayout.PaddedDepth(shape.InC), columns = PanelLayout.PaddedColumns(shape.OutC);
            X = new(shape.InputLength / shape.InC * pitch);
            X.Span.Fill(77);
            for (int i = 0; i < x.Length; i++)
            {
                X.Span[(i / shape.InC * pitch) + (i % shape.InC)] = x[i];
            }

            Padding = GuardedBuffer<byte>.From([.. Enumerable.Repeat((byte)zero, pitch)]);
            Weights = GuardedBuffer<sbyte>.From(Packed(shape, w));
            Compensation = new(columns);
            Compensation.Span.Clear();
            for (int i = 0; i < w.Length; i++)
            {
                Compensation.Span[i % shape.OutC] -= zero * w[i];
            }

            Scale = GuardedBuffer<float>.From(Numbers.Floats(columns, 3));
            Bias = GuardedBuffer<float>.From(Numbers.Floats(columns, 4));
            Scratch = new(WinogradConv.ByteScratchLength(shape.InC));
        }

        public Shape Shape { get; }

        public GuardedBuffer<byte> X { get; }

        public GuardedBuffer<byte> Padding { get; }

        public GuardedBuffer<sbyte> Weights { get; }

        public GuardedBuffer<int> Compensation { get; }

        public GuardedBuffer<float> Scale { get; }

        public GuardedBuffer<float> Bias { get; }

        public GuardedBuffer<float> Scratch { get; }

        public float[] Run(Action<StoreF32> call)
        {
            using var y = new GuardedBuffer<float>(Shape.OutputLength);
            call(new(y.Pointer, Shape.OutC));
            y.Check();
            Scratch.Check();
            return y.Span.ToArray();
        }

        public void Dispose()
        {
            X.Dispose();
            Padding.Dispose();
            Weights.Dispose();
            Compensation.Dispose();
            Scale.Dispose();
            Bias.Dispose();
            Scratch.Dispose();
        }

        /// <summary>[panels][taps][ceil4(channels) / 4][16][4].</summary>
        private static sbyte[] Packed(Shape shape, sbyte[] w)
        {
            int groups = PanelLayout.ByteGroups(shape.InC);
            var packed = new sbyte[PanelLayout.LengthS8(9 * groups, shape.OutC)];
            for (int i = 0; i < w.Length; i++)
            {
                int column = i % shape.OutC, channel = i / shape.OutC % shape.InC, tap = i / shape.OutC / shape.InC;
                packed[(((((column / 16 * 9) + tap) * groups) + (channel / 4)) * 64) + (column % 16 * 4) + (channel % 4)] = w[i];
            }

            return packed;
        }
    }
}
