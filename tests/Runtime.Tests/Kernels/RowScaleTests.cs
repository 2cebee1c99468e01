using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Bytes whose rows have scales of their own, and products of them, against the definitions number by number.</summary>
public sealed unsafe class RowScaleTests
{
    private const float SmallestNormal = 1.17549435e-38f;

    private static readonly int[] Columns = [0, 1, 2, 3, 4, 5, 8, 13, 16, 17, 31, 33, 70];

    /// <summary>Numbers around zero, of one sign, zeros, huge, subnormal, and some that are no numbers.</summary>
    private static readonly Func<float, int, float>[] Kinds =
    [
        (x, _) => x, (x, _) => x + 3, (x, _) => x - 3, (_, _) => 0, (_, _) => -0f, (x, i) => i == 0 ? 1e30f : x, (x, _) => x * 1e-41f,
        (x, i) => i == 1 ? float.NaN : x, (x, i) => i == 2 ? float.PositiveInfinity : x, (x, i) => i == 0 ? float.NegativeInfinity : x,
        (x, _) => x * float.MaxValue, (_, _) => float.NaN,
    ];

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Each_row_covers_its_own_numbers(VectorWidth width)
    {
        foreach (int columns in Columns)
        {
            var values = Values(columns, 3);
            int rows = values.Length / Math.Max(columns, 1), pitch = PanelLayout.ScaledRow(columns);
            using var x = GuardedBuffer<float>.From(values);
            using var y = new GuardedBuffer<byte>(rows * pitch);
            QuantizeRows.Run(width, x.Pointer, y.Pointer, rows, columns);
            y.Check();
            for (int row = 0; row < rows; row++)
            {
                var own = values.AsSpan(row * columns, columns);
                var (scale, zeroPoint) = Range(own);
                var found = y.Span.Slice(row * pitch, pitch);
                Assert.Equal(scale, BitConverter.ToSingle(found[^8..]));
                Assert.Equal((zeroPoint - 128) / 128f, BitConverter.ToSingle(found[^4..]));
                for (int column = 0; column < columns; column++)
                {
                    Expect.True(found[column] == Code(own[column], scale, zeroPoint),
                        $"{own[column]:R} / {scale:R} + {zeroPoint}: {found[column]}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.AnyBytes), MemberType = typeof(Rows))]
    public void Products_are_those_of_the_definition(string kernel)
    {
        foreach (int k in Columns.Where(k => k > 0))
        {
            foreach (int n in new[] { 1, 7, 16, 17, 40 })
            {
                // Rows of ordinary numbers and of zeros only: infinity is cut, and a product of it is no number to compare.
                float[] lhs = [.. Enumerable.Range(0, 11).SelectMany(row =>
                    Numbers.Floats(k, row + k).Select((value, i) => Kinds[row % 5](value, i)))];
                Product(Rows.Tile(kernel), lhs.Length / k, n, k, lhs);
            }
        }
    }

    /// <summary>NaN, infinity and numbers that overflow are cut in their own row alone, and a row of zeros is the bias.</summary>
    [Theory]
    [MemberData(nameof(Rows.AnyBytes), MemberType = typeof(Rows))]
    public void Rows_that_are_cut_leave_the_others_alone(string kernel)
    {
        foreach (int k in new[] { 3, 16, 33 })
        {
            float[] y = Product(Rows.Tile(kernel), Kinds.Length, 19, k, Values(k, 3), isNear: false);
            Assert.DoesNotContain(y, float.IsNaN);
            foreach (int row in new[] { 3, 4 })
            {
                Assert.Equal(Numbers.Floats(19, 6).Select(b => b < 0 ? b * 0.5f : b), y[(row * 19)..((row + 1) * 19)]);
            }
        }
    }

    /// <param name="isNear">Whether results are those of the numbers that were quantized, up to rounding.</param>
    private static float[] Product(TileKernel kernel, int m, int n, int k, float[] lhs, bool isNear = true)
    {
        var weights = Numbers.Weights(k * n, n);
        var scales = Array.ConvertAll(Numbers.Floats(n, 5), value => Math.Abs(value) + 0.01f);
        var biases = Numbers.Floats(n, 6);
        var compensations = new int[n];
        for (int i = 0; i < weights.Length; i++)
        {
            compensations[i % n] -= 128 * weights[i];
        }

        using var x = GuardedBuffer<float>.From(lhs);
        using var bytes = new GuardedBuffer<byte>(m * PanelLayout.ScaledRow(k));
        QuantizeRows.Run(x.Pointer, bytes.Pointer, m, k);
        using var w = GuardedBuffer<sbyte>.From(Packing.S8(weights, 1, k, n));
        using var compensation = GuardedBuffer<int>.From(Packing.Padded(compensations));
        using var scale = GuardedBuffer<float>.From(Packing.Padded(scales));
        using var bias = GuardedBuffer<float>.From(Packing.Padded(biases));
        using var y = new GuardedBuffer<float>(m * n);
        Gemm.ByteRows(kernel, new Size(m, n, k), bytes.Pointer, w.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer,
            new LeakyRelu(0.5f), new StoreF32(y.Pointer, n));
        y.Check();
        for (int i = 0; i < y.Length; i++)
        {
            var (row, column) = Math.DivRem(i, n);
            var own = lhs.AsSpan(row * k, k);
            var (rowScale, zeroPoint) = Range(own);
            int sum = 0;
            double exact = biases[column], size = Math.Abs(exact);
            for (int t = 0; t < k; t++)
            {
                int weight = weights[(t * n) + column];
                sum += Code(own[t], rowScale, zeroPoint) * weight;
                exact += (double)own[t] * weight * scales[column];
                size += Math.Abs(weight) * scales[column];
            }

            float rest = MathF.FusedMultiplyAdd(compensations[column], (zeroPoint - 128) / 128f, sum + compensations[column]);
            float value = MathF.FusedMultiplyAdd(rest * scales[column], rowScale, biases[column]);
            Expect.True(y.Span[i] == (value < 0 ? value * 0.5f : value), $"{m}×{n}×{k}, element {i}: {y.Span[i]:R}, not {value:R}");

            // Each operand is half a step off at most, or half a zero point more at the ends.
            Expect.True(!isNear || Math.Abs(value - exact) <= (size * rowScale) + (1e-5 * (size + Math.Abs(exact))),
                $"{value:R} is not near {exact:R}");
        }

        return y.Span.ToArray();
    }

    private static float[] Values(int columns, int seed) =>
        [.. Kinds.SelectMany((kind, row) => Numbers.Floats(columns, seed + row).Select((value, i) => kind(value, i)))];

    /// <summary>In double precision: the least and the largest number, or zero, are the first and the last code.</summary>
    private static (float Scale, int ZeroPoint) Range(ReadOnlySpan<float> row)
    {
        double low = 0, high = 0;
        foreach (float value in row)
        {
            if (!float.IsNaN(value))
            {
                (low, high) = (Math.Min(low, Math.Max(value, float.MinValue)), Math.Max(high, Math.Min(value, float.MaxValue)));
            }
        }

        float scale = Math.Clamp((float)((high - low) / 255), 2 * SmallestNormal, float.MaxValue / 256);
        return (scale, (int)Math.Clamp(Math.Round(-low / scale, MidpointRounding.ToEven), 0, 255));
    }

    private static int Code(float value, float scale, int zeroPoint) =>
        float.IsNaN(value) ? 0 : (int)Math.Clamp(MathF.Round(value / scale, MidpointRounding.ToEven) + zeroPoint, 0, 255);

    private readonly record struct Size(int M, int N, int K) : IGemmShape;
}
