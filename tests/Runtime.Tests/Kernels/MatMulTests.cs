using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Products of two activations against the sequential fused sum, with broadcast batches.</summary>
public sealed unsafe class MatMulTests
{
    [Theory]
    [MemberData(nameof(Rows.RowMajorF32), MemberType = typeof(Rows))]
    public void Single_products_are_the_sequential_fused_sum(string kernel)
    {
        foreach (int m in new[] { 0, 1, 2, 3, 7, 9, 17 })
        {
            foreach (int n in new[] { 0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 33, 64, 130 })
            {
                foreach (int k in new[] { 0, 1, 2, 7, 20 })
                {
                    Check(kernel, m, n, k, [], [], []);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.RowMajorF32), MemberType = typeof(Rows))]
    public void Batches_broadcast(string kernel)
    {
        const int M = 3, N = 18, K = 5;
        Check(kernel, M, N, K, [4], [M * K], [K * N]);
        Check(kernel, M, N, K, [4], [0], [K * N]);
        Check(kernel, M, N, K, [2, 3], [M * K, 0], [0, K * N]);
        Check(kernel, M, N, K, [2, 1, 3], [3 * M * K, 0, M * K], [0, 0, 0]);
        Check(kernel, M, N, K, [2, 0], [M * K, M * K], [K * N, K * N]);
    }

    [Theory]
    [MemberData(nameof(Rows.RowMajorF32), MemberType = typeof(Rows))]
    public void Rows_of_the_right_hand_side_may_lie_apart(string kernel)
    {
        foreach (int n in new[] { 1, 3, 8, 17, 33 })
        {
            Check(kernel, 1, n, 7, [], [], [], n + 5);
            Check(kernel, 5, n, 7, [3], [5 * 7], [7 * (n + 64)], n + 64);
        }
    }

    private static void Check(string kernel, int m, int n, int k, int[] batch, int[] aStrides, int[] bStrides) =>
        Check(kernel, m, n, k, batch, aStrides, bStrides, n);

    private static void Check(string kernel, int m, int n, int k, int[] batch, int[] aStrides, int[] bStrides, int bRow)
    {
        var a = Numbers.Floats(Extent(batch, aStrides) + (m * k), 1);
        var b = Numbers.Floats(Extent(batch, bStrides) + (k == 0 ? 0 : ((k - 1) * bRow) + n), 2);
        int products = batch.Aggregate(1, (product, size) => product * size);
        using var lhs = GuardedBuffer<float>.From(a);
        using var rhs = GuardedBuffer<float>.From(b);
        using var y = new GuardedBuffer<float>(products * m * n);
        MatMul.F32(Rows.Tile(kernel), m, n, k, lhs.Pointer, rhs.Pointer, y.Pointer, batch, aStrides, bStrides, bRow);
        y.Check();
        for (int i = 0; i < y.Length; i++)
        {
            int product = i / (m * n), row = i / n % m, column = i % n, first = 0, second = 0;
            for (int axis = batch.Length - 1, rest = product; axis >= 0; rest /= batch[axis], axis--)
            {
                first += rest % batch[axis] * aStrides[axis];
                second += rest % batch[axis] * bStrides[axis];
            }

            float sum = 0;
            for (int t = 0; t < k; t++)
            {
                sum = MathF.FusedMultiplyAdd(a[first + (row * k) + t], b[second + (t * bRow) + column], sum);
            }

            Expect.True(y.Span[i] == sum, $"{m}×{n}×{k}, product {product}, row {row}, column {column}: {y.Span[i]}, not {sum}");
        }
    }

    private static int Extent(int[] batch, int[] strides) => batch.Zip(strides, (size, stride) => Math.Max(0, size - 1) * stride).Sum();
}
