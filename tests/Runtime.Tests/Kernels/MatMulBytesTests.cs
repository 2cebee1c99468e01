using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Products of bytes with a right-hand side that is quantized on the way, against sums of 64-bit integers: equal to the bit.
/// </summary>
public sealed unsafe class MatMulBytesTests
{
    private const float Scale = 0.0123f, Step = 1 / 100f;
    private const int ZeroPoint = 93;

    [Theory]
    [MemberData(nameof(Rows.BytesWithoutProof), MemberType = typeof(Rows))]
    public void Single_products_are_exact(string kernel)
    {
        foreach (int m in new[] { 0, 1, 2, 7, 9 })
        {
            foreach (int n in new[] { 0, 1, 3, 15, 16, 17, 33, 130 })
            {
                foreach (int k in new[] { 0, 1, 3, 4, 5, 15, 16, 17, 35 })
                {
                    Check(kernel, m, n, k, [], [], [], n, 1);
                    Check(kernel, m, n, k, [], [], [], 1, k);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.BytesWithoutProof), MemberType = typeof(Rows))]
    public void Batches_broadcast(string kernel)
    {
        const int M = 3, N = 18, K = 6, A = M * 8, B = K * N;
        Check(kernel, M, N, K, [4], [A], [B], N, 1);
        Check(kernel, M, N, K, [4], [0], [B], N, 1);
        Check(kernel, M, N, K, [2, 3], [A, 0], [0, B], 1, K);
        Check(kernel, M, N, K, [2, 1, 3], [3 * A, 0, A], [0, 0, 0], 1, K);
        Check(kernel, M, N, K, [2, 3], [3 * A, A], [B, 0], N, 1);
        Check(kernel, M, N, K, [2, 0], [A, A], [B, B], N, 1);
    }

    /// <summary>
    /// Keys and values of several heads side by side, as they are before their dimensions are exchanged; and with room to grow.
    /// </summary>
    [Theory]
    [MemberData(nameof(Rows.BytesWithoutProof), MemberType = typeof(Rows))]
    public void The_right_hand_side_may_be_a_view(string kernel)
    {
        const int Heads = 3, Width = 10, Tokens = 21;
        Check(kernel, Tokens, Tokens, Width, [Heads], [Tokens * 12], [Width], 1, Heads * Width);
        Check(kernel, Tokens, Width, Tokens, [Heads], [Tokens * 24], [Width], Heads * Width, 1);
        Check(kernel, 1, 17, 7, [2], [8], [7 * 64], 64, 1);
    }

    [Fact]
    public void Depth_has_the_bound_that_the_sums_need()
    {
        long most = (long)MatMul.MaxByteDepth * 255 * 127;
        Assert.True(2 * most <= int.MaxValue && 2 * (most + (255 * 127)) > int.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            MatMul.U8S8(1, 1, MatMul.MaxByteDepth + 1, default, default, default, [], [], [], 1, 1, 0, 1, 1, default, default));
    }

    /// <summary>The largest sums there are, of either sign, with the largest zero point.</summary>
    [Theory]
    [MemberData(nameof(Rows.AnyBytes), MemberType = typeof(Rows))]
    public void The_deepest_product_is_exact(string kernel)
    {
        const int K = MatMul.MaxByteDepth, Depth = (K + 3) & ~3;
        var b = new float[K * 2];
        for (int i = 0; i < b.Length; i++)
        {
            b[i] = i % 2 == 0 ? 1000 : -1000;
        }

        using var lhs = new GuardedBuffer<byte>(2 * Depth);
        lhs.Span[..Depth].Fill(255);
        lhs.Span[Depth..].Clear();
        using var rhs = GuardedBuffer<float>.From(b);
        using var y = new GuardedBuffer<float>(4);
        using var panels = new GuardedBuffer<sbyte>(16 * Depth);
        using var compensation = new GuardedBuffer<int>(16);
        var row = Rows.Tile(kernel);
        MatMul.Bytes(row.Width, row, row.Needs, 2, 2, K, lhs.Pointer, rhs.Pointer, y.Pointer, [], [], [], 2, 1, 127, 1, 1, panels.Pointer,
            compensation.Pointer);
        Assert.Equal([K * 128f * 127, K * -128f * 127, K * -127f * 127, K * 127f * 127], y.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Rows.BytesWithoutProof), MemberType = typeof(Rows))]
    public void What_is_no_number_or_beyond_the_range_has_the_codes_of_the_contract(string kernel)
    {
        float[] b = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, 0.005f, -0.005f, 0.015f];
        int[] codes = [-127, 127, -127, 127, -127, 0, 0, 2];
        using var lhs = GuardedBuffer<byte>.From([1, 0, 0, 0]);
        using var rhs = GuardedBuffer<float>.From(b);
        using var panels = new GuardedBuffer<sbyte>(64);
        using var compensation = new GuardedBuffer<int>(16);
        var tile = Rows.Tile(kernel);
        foreach (var (row, column) in new[] { (8, 1), (1, 1) })
        {
            using var y = new GuardedBuffer<float>(8);
            MatMul.Bytes(tile.Width, tile, tile.Needs, 1, 8, 1, lhs.Pointer, rhs.Pointer, y.Pointer, [], [], [], row, column, 0, Step, 1,
                panels.Pointer, compensation.Pointer);
            Assert.Equal(codes.Select(c => (float)c), y.Span.ToArray());
        }
    }

    private static void Check(string kernel, int m, int n, int k, int[] batch, int[] aStrides, int[] bStrides, int bRow, int bColumn)
    {
        var tile = Rows.Tile(kernel);
        int maximum = tile.Needs == Exactness.Any ? 255 : 127;
        int depth = (k + 3) & ~3, products = batch.Aggregate(1, (product, size) => product * size);
        var a = Numbers.Bytes(Extent(batch, aStrides) + (m * depth), maximum, 1);
        var b = Numbers.Floats(Extent(batch, bStrides) + (k == 0 || n == 0 ? 0 : ((k - 1) * bRow) + ((n - 1) * bColumn) + 1), 2);
        using var lhs = GuardedBuffer<byte>.From(a);
        using var rhs = GuardedBuffer<float>.From(b);
        using var y = new GuardedBuffer<float>(products * m * n);
        using var panels = new GuardedBuffer<sbyte>((n + 15) / 16 * 16 * depth);
        using var compensation = new GuardedBuffer<int>((n + 15) / 16 * 16);
        MatMul.Bytes(
            tile.Width, tile, tile.Needs, m, n, k, lhs.Pointer, rhs.Pointer, y.Pointer, batch, aStrides, bStrides, bRow, bColumn,
            ZeroPoint, Step, Scale, panels.Pointer, compensation.Pointer);
        y.Check();
        panels.Check();
        compensation.Check();
        for (int i = 0; i < y.Length; i++)
        {
            int product = i / (m * n), row = i / n % m, column = i % n, first = 0, second = 0;
            for (int axis = batch.Length - 1, rest = product; axis >= 0; rest /= batch[axis], axis--)
            {
                first += rest % batch[axis] * aStrides[axis];
                second += rest % batch[axis] * bStrides[axis];
            }

            long sum = 0;
            for (int t = 0; t < k; t++)
            {
                float code = Math.Clamp(MathF.Round(b[second + (t * bRow) + (column * bColumn)] / Step, MidpointRounding.ToEven),
                    -127, 127);
                sum += (a[first + (row * depth) + t] - ZeroPoint) * (long)code;
            }

            Expect.True(y.Span[i] == sum * Scale,
                $"{m}×{n}×{k}, product {product}, row {row}, column {column}: {y.Span[i]}, not {sum * Scale}");
        }
    }

    private static int Extent(int[] batch, int[] strides) => batch.Zip(strides, (size, stride) => Math.Max(0, size - 1) * stride).Sum();
}
