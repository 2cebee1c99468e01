using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Gemm against loops that follow the arithmetic contract word by word; so every width must give the loops' very bits.</summary>
public sealed unsafe class GemmTests
{
    private static readonly int[] Depths = [0, 1, 2, 3, 4, 5, 8, 13, 31, 32, 33];

    /// <summary>0 … 2·tile + 1 rows, with columns on both sides of every register, tile and panel boundary.</summary>
    public static IEnumerable<(int M, int N)> Sizes =>
        from m in Enumerable.Range(0, 18)
        from n in m < 4 || m > 15 ? new[] { 0, 1, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 65, 128, 129 } : [1, 7, 10, 16, 17, 33, 65]
        select (m, n);

    [Theory]
    [MemberData(nameof(Rows.PanelF32), MemberType = typeof(Rows))]
    public void F32_is_the_sequential_fused_sum(string kernel) => Floats((size, x, w, bias, y) =>
    {
        using var rhs = GuardedBuffer<float>.From(Packing.F32(w, size.K, size.N));
        Gemm.F32(Rows.Tile(kernel), size, x.Pointer, rhs.Pointer, bias.Pointer, new Relu(), new StoreF32(y.Pointer, size.N));
    });

    [Theory]
    [MemberData(nameof(Rows.PanelBF16), MemberType = typeof(Rows))]
    public void BF16_is_the_sequential_fused_sum(string kernel) => Floats((size, x, w, bias, y) =>
    {
        using var rhs = GuardedBuffer<ushort>.From(Packing.BF16(w, size.K, size.N));
        Gemm.BF16(Rows.Tile(kernel), size, x.Pointer, rhs.Pointer, bias.Pointer, new Relu(), new StoreF32(y.Pointer, size.N));
    });

    [Theory]
    [MemberData(nameof(Rows.PanelF16), MemberType = typeof(Rows))]
    public void F16_is_the_sequential_fused_sum(string kernel) => Floats((size, x, w, bias, y) =>
    {
        using var rhs = GuardedBuffer<ushort>.From(Packing.F16(w, size.K, size.N));
        Gemm.F16(Rows.Tile(kernel), size, x.Pointer, rhs.Pointer, bias.Pointer, new Relu(), new StoreF32(y.Pointer, size.N));
    });

    /// <summary>
    /// As the instruction's definition has it: operands rounded to bfloat16, the odd product of a pair first, subnormal numbers zero.
    /// </summary>
    [Theory]
    [MemberData(nameof(Rows.Pairs), MemberType = typeof(Rows))]
    public void BF16_pairs_are_added_odd_one_first(string kernel)
    {
        foreach (var (m, n) in Sizes)
        {
            int k = Depths[(m + n) % Depths.Length];
            var size = new Size(m, n, k);

            // Every second product is so small that many sums are subnormal.
            float unit = (m + n) % 2 == 0 ? 1 : MathF.ScaleB(1, -63);
            var x = Array.ConvertAll(Numbers.Floats(m * k, m + n), value => value * unit);
            var w = Array.ConvertAll(Numbers.BFloats(k * n, m - n), value => value * unit);
            var b = Array.ConvertAll(Numbers.Floats(n, n), value => value * unit * unit);
            using var lhs = GuardedBuffer<float>.From(x);
            using var rhs = GuardedBuffer<ushort>.From(Packing.BF16(w, k, n));
            using var bias = GuardedBuffer<float>.From(Packing.Padded(b));
            using var scratch = new GuardedBuffer<float>(m * ((k + 1) / 2));
            scratch.Span.Fill(float.NaN);
            using var y = new GuardedBuffer<float>(m * n);
            Gemm.BF16BF16(Rows.Tile(kernel), size, lhs.Pointer, rhs.Pointer, bias.Pointer, scratch.Pointer, new Relu(),
                new StoreF32(y.Pointer, n));
            y.Check();
            scratch.Check();
            for (int i = 0; i < m * n; i++)
            {
                float sum = Pairs.Sum(Enumerable.Range(0, k).Select(t => (x[(i / n * k) + t], w[(t * n) + (i % n)])));
                Expect.True(y.Span[i] == Math.Max(0, sum + b[i % n]), $"{m}×{n}×{k}, element {i}: {y.Span[i]:R}, not {sum + b[i % n]:R}");
            }
        }
    }

    [Fact]
    public void Sequential_fused_sum_is_within_its_error_bound()
    {
        const int K = 1000;
        var x = Numbers.Floats(K, 1);
        var w = Numbers.Floats(K, 2);
        float sum = 0;
        double exact = 0, size = 0;
        for (int k = 0; k < K; k++)
        {
            sum = MathF.FusedMultiplyAdd(x[k], w[k], sum);
            exact += (double)x[k] * w[k];
            size += Math.Abs((double)x[k] * w[k]);
        }

        Assert.InRange(Math.Abs(sum - exact), 0, K * Math.Pow(2, -24) * size);
    }

    [Theory]
    [MemberData(nameof(Rows.Bytes), MemberType = typeof(Rows))]
    public void Bytes_give_the_exact_integers(string kernel)
    {
        var row = Rows.Tile(kernel);
        foreach (var known in Rows.Known(row))
        {
            int highestWeight = known.Groups < 2 ? 127 : short.MaxValue / (2 * known.Groups * 127);
            Bytes(row, known, known == Exactness.Any ? 255 : 127, highestWeight);
        }
    }

    [Theory]
    [MemberData(nameof(Rows.BytesWithoutProof), MemberType = typeof(Rows))]
    public void Extreme_bytes_do_not_saturate(string kernel)
    {
        const int K = 1020, N = 34;
        var row = Rows.Tile(kernel);
        int highest = row.Needs == Exactness.Any ? 255 : 127;
        foreach (int m in new[] { 1, 2, 3, 9 })
        {
            var lhs = new byte[m * K];
            Array.Fill(lhs, (byte)highest);
            var weights = new sbyte[K * N];
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = (i % N % 3) switch { 0 => 127, 1 => -127, _ => (sbyte)(i / N % 2 == 0 ? 127 : -127) };
            }

            var sums = Run(row, row.Needs, new Size(m, N, K), lhs, weights, 0);
            for (int i = 0; i < sums.Length; i++)
            {
                Assert.Equal((i % N % 3) switch { 0 => 1, 1 => -1, _ => 0 } * highest * 127 * K, sums[i]);
            }
        }
    }

    /// <summary>151 · 217 = 32767 and 128 · -256 = -32768: the sums of a block reach both ends of 16 bits and no further.</summary>
    [Theory]
    [MemberData(nameof(Rows.Bytes), MemberType = typeof(Rows))]
    public void Blocks_may_use_all_of_16_bits(string kernel)
    {
        foreach (int m in new[] { 1, 2, 3, 9 })
        {
            Assert.All(RunOneBlock(kernel, m, 151, 127, 90, 0, 0), sum => Assert.Equal(2 * 32767, sum));
            Assert.All(RunOneBlock(kernel, m, 128, -64, -64, -64, -64), sum => Assert.Equal(2 * -32768, sum));
        }
    }

    /// <summary>
    /// One more than 16 bits hold is lost where sums have 16 bits: what the compiler's proof is for. Where sums have 32, nothing is.
    /// </summary>
    [Theory]
    [MemberData(nameof(Rows.Bytes), MemberType = typeof(Rows))]
    public void Blocks_beyond_16_bits_wrap_around_in_sums_of_16_bits_only(string kernel)
    {
        int expected = Rows.Tile(kernel).Dot == ByteDot.Blocks ? 2 * -32768 : 2 * 32768;
        Assert.All(RunOneBlock(kernel, 3, 128, 64, 64, 64, 64), sum => Assert.Equal(expected, sum));
    }

    /// <summary>Rows of equal bytes times one block of two groups whose lanes hold the four weights.</summary>
    private static int[] RunOneBlock(string kernel, int m, byte value, params sbyte[] lane)
    {
        const int N = 34;
        var lhs = new byte[m * 8];
        Array.Fill(lhs, value);
        int[] laneOf = [0, 1, 0, 1, 2, 3, 2, 3];
        return Run(Rows.Tile(kernel), Exactness.Blocks(2), new Size(m, N, 8), lhs,
            [.. Enumerable.Range(0, 8 * N).Select(i => lane[laneOf[i / N]])], 0);
    }

    [Fact]
    public void Large_products_in_blocks_agree()
    {
        // Rows enough for two blocks of the outer loop.
        var size = new Size(150, 40, 1100);
        var x = Numbers.Floats(size.M * size.K, 3);
        var w = Numbers.Floats(size.K * size.N, 4);
        using var lhs = GuardedBuffer<float>.From(x);
        using var rhs = GuardedBuffer<float>.From(Packing.F32(w, size.K, size.N));
        using var bias = new GuardedBuffer<float>(48);
        bias.Span.Clear();
        using var y = new GuardedBuffer<float>(size.M * size.N);
        Gemm.F32(size, lhs.Pointer, rhs.Pointer, bias.Pointer, default(Identity), new StoreF32(y.Pointer, size.N));
        for (int i = 0; i < y.Length; i++)
        {
            float sum = 0;
            for (int k = 0; k < size.K; k++)
            {
                sum = MathF.FusedMultiplyAdd(x[(i / size.N * size.K) + k], w[(k * size.N) + (i % size.N)], sum);
            }

            Assert.Equal(sum, y.Span[i]);
        }
    }

    private static void Floats(
        Action<Size, GuardedBuffer<float>, float[], GuardedBuffer<float>, GuardedBuffer<float>> run)
    {
        foreach (var (m, n) in Sizes)
        {
            int k = Depths[(m + n) % Depths.Length];
            var size = new Size(m, n, k);
            var x = Numbers.Floats(m * k, m + n);
            var w = Numbers.BFloats(k * n, m - n);
            var b = Numbers.Floats(n, n);
            using var lhs = GuardedBuffer<float>.From(x);
            using var bias = GuardedBuffer<float>.From(Packing.Padded(b));
            using var y = new GuardedBuffer<float>(m * n);
            run(size, lhs, w, bias, y);
            y.Check();
            for (int i = 0; i < m * n; i++)
            {
                float sum = 0;
                for (int t = 0; t < k; t++)
                {
                    sum = MathF.FusedMultiplyAdd(x[(i / n * k) + t], w[(t * n) + (i % n)], sum);
                }

                Expect.True(y.Span[i] == Math.Max(0, sum + b[i % n]), $"{m}×{n}×{k}, element {i}");
            }
        }
    }

    private static void Bytes(TileKernel kernel, Exactness known, int highest, int highestWeight)
    {
        foreach (var (m, n) in Sizes)
        {
            int k = Depths[(m + n) % Depths.Length];
            var x = Numbers.Bytes(m * k, highest, m + n);
            var w = Numbers.Weights(k * n, m - n, highestWeight);
            var sums = Run(kernel, known, new Size(m, n, k), x, w, 3);
            for (int i = 0; i < m * n; i++)
            {
                int sum = 0;
                for (int t = 0; t < k; t++)
                {
                    sum += (x[(i / n * k) + t] - 3) * w[(t * n) + (i % n)];
                }

                Expect.True(sums[i] == sum, $"{m}×{n}×{k}, element {i}: {sums[i]}, not {sum}");
            }
        }
    }

    /// <summary>
    /// The kernel's sums of (lhs - zeroPoint) · weights, which stay below 2²⁶ and are made multiples that floats hold: scale 1, bias 0.
    /// </summary>
    private static int[] Run(TileKernel kernel, Exactness known, Size size, byte[] lhs, sbyte[] weights, int zeroPoint)
    {
        var compensations = new int[size.N];
        for (int i = 0; i < weights.Length; i++)
        {
            compensations[i % size.N] -= zeroPoint * weights[i];
        }

        using var x = GuardedBuffer<byte>.From(Packing.Rows(lhs, size.K));
        using var w = GuardedBuffer<sbyte>.From(Packing.S8(weights, 1, size.K, size.N));
        using var compensation = GuardedBuffer<int>.From(Packing.Padded(compensations));
        using var scale = new GuardedBuffer<float>(compensation.Length);
        scale.Span.Fill(1);
        using var bias = new GuardedBuffer<float>(compensation.Length);
        bias.Span.Clear();
        using var y = new GuardedBuffer<float>(size.M * size.N);
        Gemm.Bytes(
            kernel, known, size, x.Pointer, w.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer,
            default(Identity), new StoreF32(y.Pointer, size.N));
        y.Check();
        return [.. y.Span.ToArray().Select(value => (int)value)];
    }

    private readonly record struct Size(int M, int N, int K) : IGemmShape;
}
