using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Convolutions with fewer multiplications against their definition in floats, bit for bit, and against sums in double.</summary>
public sealed unsafe class WinogradConvTests
{
    private static readonly float[,] s_pixels = { { 1, 0, -1, 0 }, { 0, 1, 1, 0 }, { 0, -1, 1, 0 }, { 0, 1, 0, -1 } };
    private static readonly float[,] s_outputs = { { 1, 1, 1, 0 }, { 0, 1, -1, -1 } };

    /// <summary>Root mean square errors beside those of <see cref="Conv"/>; measured are 0.56 to 1.2.</summary>
    private const double MostErrorRatio = 1.5;

    private static readonly string s_kernel = Rows.RunsF32.First().Data;

    /// <summary>Even and odd images, paddings that differ, few and many channels and tiles, several images.</summary>
    private static readonly Shape[] Shapes =
    [
        Image(8, 8, 16, 32), Image(7, 9, 16, 33), Image(1, 1, 19, 5), Image(2, 3, 17, 16) with { Batch = 3 },
        Image(6, 5, 20, 7) with { PadTop = 0, PadLeft = 2, PadBottom = 2, PadRight = 0 },
        Image(5, 6, 18, 70) with { PadTop = 5, PadLeft = 4, PadBottom = 3, PadRight = 6 },
        Image(23, 25, 16, 40), Image(9, 8, 16, 16), Image(9, 9, 270, 20), Image(3, 3, 21, 3) with { Batch = 0 },
    ];

    [Theory]
    [MemberData(nameof(Rows.RunsF32), MemberType = typeof(Rows))]
    public void Every_kernel_gives_the_bits_of_the_definition(string kernel)
    {
        foreach (var shape in Shapes)
        {
            using var operands = new Operands(shape);
            float[] y = operands.Run(kernel), expected = Defined(operands);
            for (int i = 0; i < y.Length; i++)
            {
                Expect.True(y[i] == expected[i], $"{shape}, element {i}: {y[i]}, not {expected[i]}");
            }
        }
    }

    [Fact]
    public void Errors_are_about_those_of_the_other_kernel()
    {
        var ratios = new List<double>();
        foreach (var shape in Shapes.Where(s => s.OutputLength > 0))
        {
            using var operands = new Operands(shape);
            float[] y = operands.Run(s_kernel), direct = operands.RunDirect();
            double error = 0, usual = 0;
            for (int i = 0; i < y.Length; i++)
            {
                double sum = operands.Bias[i % shape.OutC];
                foreach (var (input, weight) in shape.Terms(i))
                {
                    sum += (double)operands.X[input] * operands.W[weight];
                }

                sum = sum < 0 ? sum * 0.5 : sum;
                error += Math.Pow(y[i] - sum, 2);
                usual += Math.Pow(direct[i] - sum, 2);
            }

            ratios.Add(Math.Sqrt(error / usual));
        }

        Assert.True(ratios.Max() < MostErrorRatio, string.Join(", ", ratios));
    }

    [Fact]
    public void A_pixel_that_is_not_finite_reaches_the_tiles_that_see_it_and_no_others()
    {
        var shape = Image(12, 12, 16, 32);
        foreach (float special in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            using var operands = new Operands(shape);
            operands.X[((5 * 12) + 6) * 16] = special;
            float[] y = operands.Run(s_kernel);
            for (int i = 0; i < y.Length; i++)
            {
                // Pixel (5, 6) is one of the 4×4 of tiles 2 and 3 in both directions: rows and columns 4 to 7.
                int row = i / 32 / 12, column = i / 32 % 12;
                bool sees = row is >= 4 and < 8 && column is >= 4 and < 8;
                bool isNeighbour = Math.Abs(row - 5) <= 1 && Math.Abs(column - 6) <= 1;
                Expect.True(float.IsFinite(y[i]) ? !isNeighbour : sees, $"{special}, element {i}: {y[i]}");
            }
        }
    }

    [Fact]
    public void Images_of_few_tiles_are_left_to_the_other_kernel()
    {
        var shape = Image(7, 5, 16, 32);
        using var operands = new Operands(shape);
        Assert.False(WinogradConv.IsLargeEnough(shape.OutH, shape.OutW, shape.InC));
        using var y = new GuardedBuffer<float>(shape.OutputLength);
        WinogradConv.F32(shape, operands.Input.Pointer, operands.Weights.Pointer, operands.Biases.Pointer, operands.Scratch.Pointer,
            new LeakyRelu(0.5f), new StoreF32(y.Pointer, shape.OutC));
        Assert.Equal(operands.RunDirect(), y.Span.ToArray());
    }

    [Theory]
    [InlineData(64, 64, 56, 56, true)]
    [InlineData(16, 32, 7, 7, true)]
    [InlineData(16, 16, 32, 32, true)]
    [InlineData(16, 15, 32, 32, false)]
    [InlineData(8, 64, 56, 56, false)]
    [InlineData(512, 512, 7, 7, false)]
    [InlineData(512, 512, 14, 14, true)]
    [InlineData(2048, 64, 56, 56, false)]
    [InlineData(64, 64, 6, 6, false)]
    public void Layers_that_gain_by_it_are_taken(int inputs, int outputs, int height, int width, bool taken) =>
        Assert.Equal(taken, WinogradConv.Takes(inputs, outputs) && WinogradConv.IsLargeEnough(height, width, inputs));

    private static Shape Image(int height, int width, int inputs, int outputs) => new()
    {
        InH = height, InW = width, InC = inputs, OutC = outputs, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
        PadRight = 1,
    };

    private static float[] Defined(Operands operands)
    {
        var shape = operands.Shape;
        var y = new float[shape.OutputLength];
        for (int image = 0; image < shape.Batch; image++)
        {
            for (int row = 0; row < shape.OutH; row += 2)
            {
                for (int column = 0; column < shape.OutW; column += 2)
                {
                    for (int o = 0; o < shape.OutC; o++)
                    {
                        var sums = new float[4, 4];
                        for (int c = 0; c < shape.InC; c++)
                        {
                            float[,] d = operands.Pixels(image, row - shape.PadTop, column - shape.PadLeft, c), g = operands.Filter(c, o);
                            for (int i = 0; i < 16; i++)
                            {
                                sums[i / 4, i % 4] = MathF.FusedMultiplyAdd(d[i / 4, i % 4], g[i / 4, i % 4], sums[i / 4, i % 4]);
                            }
                        }

                        // Lines first, then columns, each from the first summand to the last.
                        float[,] both = Transposed(Times(s_outputs, Transposed(sums)));
                        float[,] m = Times(s_outputs, both);
                        for (int i = 0; i < 4; i++)
                        {
                            if (row + (i / 2) < shape.OutH && column + (i % 2) < shape.OutW)
                            {
                                float value = m[i / 2, i % 2] + operands.Bias[o];
                                y[(((((image * shape.OutH) + row + (i / 2)) * shape.OutW) + column + (i % 2)) * shape.OutC) + o] =
                                    value < 0 ? value * 0.5f : value;
                            }
                        }
                    }
                }
            }
        }

        return y;
    }

    /// <summary>A matrix of 0, 1, -1 and halves times another, from the first summand to the last.</summary>
    private static float[,] Times(float[,] left, float[,] right)
    {
        var product = new float[left.GetLength(0), right.GetLength(1)];
        for (int i = 0; i < product.GetLength(0); i++)
        {
            for (int j = 0; j < product.GetLength(1); j++)
            {
                for (int k = 0; k < right.GetLength(0); k++)
                {
                    product[i, j] += left[i, k] * right[k, j];
                }
            }
        }

        return product;
    }

    private static float[,] Transposed(float[,] matrix)
    {
        var transposed = new float[matrix.GetLength(1), matrix.GetLength(0)];
        for (int i = 0; i < transposed.Length; i++)
        {
            transposed[i % matrix.GetLength(1), i / matrix.GetLength(1)] = matrix[i / matrix.GetLength(1), i % matrix.GetLength(1)];
        }

        return transposed;
    }

    private sealed class Operands : IDisposable
    {
        public Operands(Shape shape)
        {
            Shape = shape;
            X = Numbers.Floats(shape.InputLength, 1);
            W = Numbers.Floats(shape.Depth * shape.OutC, 2);
            Bias = Numbers.Floats(shape.OutC, 3);
            Input = GuardedBuffer<float>.From(X);
            Weights = GuardedBuffer<float>.From(Packing.F32(W, shape.Depth, shape.OutC));
            Biases = GuardedBuffer<float>.From(Bias);
            Scratch = new(WinogradConv.ScratchLength(shape.InC));
        }

        public Shape Shape { get; }

        public float[] X { get; }

        public float[] W { get; }

        public float[] Bias { get; }

        public GuardedBuffer<float> Input { get; }

        public GuardedBuffer<float> Weights { get; }

        public GuardedBuffer<float> Biases { get; }

        public GuardedBuffer<float> Scratch { get; }

        public float[] Run(string kernel)
        {
            X.CopyTo(Input.Span);
            using var y = new GuardedBuffer<float>(Shape.OutputLength);
            WinogradConv.F32(Rows.Tile(kernel), Shape, Input.Pointer, Weights.Pointer, Biases.Pointer, Scratch.Pointer,
                new LeakyRelu(0.5f), new StoreF32(y.Pointer, Shape.OutC));
            y.Check();
            Scratch.Check();
            return y.Span.ToArray();
        }

        public float[] RunDirect()
        {
            using var y = new GuardedBuffer<float>(Shape.OutputLength);
            Conv.F32(Shape, Input.Pointer, Weights.Pointer, Biases.Pointer, new LeakyRelu(0.5f), new StoreF32(y.Pointer, Shape.OutC));
            return y.Span.ToArray();
        }

        /// <summary>Bᵀ·d·B, columns first.</summary>
        public float[,] Pixels(int image, int top, int left, int channel)
        {
            var d = new float[4, 4];
            for (int i = 0; i < 16; i++)
            {
                int row = top + (i / 4), column = left + (i % 4);
                if (row >= 0 && row < Shape.InH && column >= 0 && column < Shape.InW)
                {
                    d[i / 4, i % 4] = X[(((((image * Shape.InH) + row) * Shape.InW) + column) * Shape.InC) + channel];
                }
            }

            return Transposed(Times(s_pixels, Transposed(Times(s_pixels, d))));
        }

        /// <summary>G·g·Gᵀ, columns first; the ends are joined before the middle.</summary>
        public float[,] Filter(int channel, int output)
        {
            var g = new float[3, 3];
            for (int i = 0; i < 9; i++)
            {
                g[i / 3, i % 3] = W[(((i * Shape.InC) + channel) * Shape.OutC) + output];
            }

            return Transposed(Lines(Transposed(Lines(g))));
        }

        public void Dispose()
        {
            Input.Dispose();
            Weights.Dispose();
            Biases.Dispose();
            Scratch.Dispose();
        }

        private static float[,] Lines(float[,] g)
        {
            var lines = new float[4, g.GetLength(1)];
            for (int j = 0; j < g.GetLength(1); j++)
            {
                float ends = (g[0, j] + g[2, j]) * 0.5f, middle = g[1, j] * 0.5f;
                (lines[0, j], lines[1, j], lines[2, j], lines[3, j]) = (g[0, j], ends + middle, ends - middle, g[2, j]);
            }

            return lines;
        }
    }
}
