using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Weights of few bits: each code against its definition, and products against loops over these numbers.</summary>
public sealed unsafe class GroupTests
{
    private static readonly int[] s_depths = [0, 1, 2, 3, 4, 5, 8, 13, 31, 32, 33];

    [Theory]
    [MemberData(nameof(Rows.GroupsS4), MemberType = typeof(Rows))]
    public void S4_is_the_scaled_sum_of_each_group(string kernel) => Check<SignedNibbles>(kernel, 4, grouped: true, Integer);

    [Theory]
    [MemberData(nameof(Rows.GroupsE2M1), MemberType = typeof(Rows))]
    public void E2M1_is_the_scaled_sum_of_each_group(string kernel) =>
        Check<FloatNibbles>(kernel, 4, grouped: true, code => Float(code, 2, 1));

    [Theory]
    [MemberData(nameof(Rows.GroupsE4M3), MemberType = typeof(Rows))]
    public void E4M3_is_the_scaled_sum(string kernel) => Check<E4M3Bytes>(kernel, 8, grouped: false, code => Float(code, 4, 3));

    [Theory]
    [MemberData(nameof(Rows.GroupsE5M2), MemberType = typeof(Rows))]
    public void E5M2_is_the_scaled_sum(string kernel) => Check<E5M2Bytes>(kernel, 8, grouped: false, code => Float(code, 5, 2));

    /// <summary>Depths on both sides of a group, rows that end in padding; a quarter of the operands at their ends.</summary>
    [Theory]
    [MemberData(nameof(Rows.GroupsU8S4), MemberType = typeof(Rows))]
    public void U8S4_is_the_scaled_exact_sum_of_each_group(string kernel)
    {
        int[] depths = [0, 1, 7, 31, 32, 33, 64, 100, 129, 260];
        foreach (var (m, n) in GemmTests.Sizes)
        {
            int group = 32 << ((m + n) % 3), k = depths[(m + (3 * n)) % depths.Length];
            byte[] x = Numbers.Bytes(m * k, 255, m + n), codes = [.. Numbers.Bytes(k * n, 15, m - n)];
            float[] scales = Numbers.BFloats((k + group - 1) / group * n, m - n), b = Numbers.Floats(n, n);
            float[] compensations = Numbers.Floats(n, n + 1), units = Numbers.Floats(n, n + 2);
            using var lhs = GuardedBuffer<byte>.From(Packing.Rows(x, k));
            using var rhs = GuardedBuffer<byte>.From(Packing.Groups(codes, 4, scales, group, k, n));
            using var compensation = GuardedBuffer<float>.From(Packing.Padded(compensations));
            using var unit = GuardedBuffer<float>.From(Packing.Padded(units));
            using var bias = GuardedBuffer<float>.From(Packing.Padded(b));
            using var y = new GuardedBuffer<float>(m * n);
            Gemm.U8S4(Rows.Tile(kernel), new Size(m, n, k), group, lhs.Pointer, rhs.Pointer, compensation.Pointer, unit.Pointer,
                bias.Pointer, new Relu(), new StoreF32(y.Pointer, n));
            y.Check();
            for (int i = 0; i < m * n; i++)
            {
                float sum = 0;
                for (int first = 0; first < k; first += group)
                {
                    int exact = 0;
                    for (int t = first; t < Math.Min(k, first + group); t++)
                    {
                        exact += x[(i / n * k) + t] * (int)Integer(codes[(t * n) + (i % n)]);
                    }

                    sum = MathF.FusedMultiplyAdd(exact, scales[(first / group * n) + (i % n)], sum);
                }

                float value = MathF.FusedMultiplyAdd(sum + compensations[i % n], units[i % n], b[i % n]);
                Expect.True(y.Span[i] == Math.Max(0, value), $"{m}×{n}×{k} in groups of {group}, element {i}");
            }
        }
    }

    /// <summary>Also those of NaN and infinity, which no weight has: they are the next larger numbers.</summary>
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Every_code_is_the_number_that_it_stands_for(VectorWidth width)
    {
        Codes<SignedNibbles>(width, 4, Integer);
        Codes<FloatNibbles>(width, 4, code => Float(code, 2, 1));
        Codes<E4M3Bytes>(width, 8, code => Float(code, 4, 3));
        Codes<E5M2Bytes>(width, 8, code => Float(code, 5, 2));
        for (int bits = 0; bits < 1 << 16; bits++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)bits);
            uint other = (uint)bits * 40503 & 0xFFFF;
            float low = Run(width, new HalfCode((uint)bits | (other << 16), Odd: false));
            float high = Run(width, new HalfCode(((uint)bits << 16) | other, Odd: true));
            Expect.True(low == high && (!Half.IsFinite(half) || low == (float)half), $"{bits:X}: {low} and {high}, not {half}");
        }
    }

    private static float Integer(int code) => code < 8 ? code : code - 16;

    /// <summary>By the definition of a float; the bias is half the exponents.</summary>
    private static float Float(int code, int exponentBits, int significandBits)
    {
        int bias = (1 << (exponentBits - 1)) - 1, exponent = (code >> significandBits) & ((1 << exponentBits) - 1);
        double significand = (code & ((1 << significandBits) - 1)) / (double)(1 << significandBits);
        double size = exponent == 0 ? significand * Math.Pow(2, 1 - bias) : (1 + significand) * Math.Pow(2, exponent - bias);
        return (float)((code >> (exponentBits + significandBits)) == 0 ? size : -size);
    }

    private static void Codes<TCodes>(VectorWidth width, int bits, Func<int, float> number)
        where TCodes : struct, IWeightCodes
    {
        for (int code = 0; code < 1 << bits; code++)
        {
            for (int row = 0; row < TCodes.Together; row++)
            {
                int at = bits * (bits == 4 ? row : TCodes.Together - 1 - row);
                uint word = 0x9C35_A7E1u & ~(((1u << bits) - 1) << at) | ((uint)code << at);
                Expect.True(Run(width, new RowOfWord<TCodes>(word, row)) == number(code), $"{typeof(TCodes).Name} {code:X} in row {row}");
            }
        }
    }

    private static float Run<TCode>(VectorWidth width, TCode code)
        where TCode : struct, IValue
    {
        float result = 0;
        VectorWidths.Run(width, new Store<TCode>(code, &result));
        return result;
    }

    private static void Check<TCodes>(string kernel, int bits, bool grouped, Func<int, float> number)
        where TCodes : struct, IWeightCodes
    {
        float[] numbers = [.. Enumerable.Range(0, 1 << bits).Select(number)];
        foreach (var (m, n) in GemmTests.Sizes)
        {
            int k = s_depths[(m + n) % s_depths.Length], group = grouped ? 8 << ((m + n) % 2) : PanelLayout.WholeColumn(k);
            var size = new Size(m, n, k);
            float[] x = Numbers.Floats(m * k, m + n), b = Numbers.Floats(n, n);
            float[] scales = Numbers.BFloats((k + group - 1) / group * n, m - n);
            byte[] codes = [.. Enumerable.Range(0, k * n).Select(i => (byte)(i * 7 % (1 << bits)))];
            using var lhs = GuardedBuffer<float>.From(x);
            using var rhs = GuardedBuffer<byte>.From(Packing.Groups(codes, bits, scales, group, k, n));
            using var bias = GuardedBuffer<float>.From(Packing.Padded(b));
            using var y = new GuardedBuffer<float>(m * n);
            Gemm.Groups<TCodes, Size, Relu, StoreF32>(
                Rows.Tile(kernel), size, group, lhs.Pointer, rhs.Pointer, bias.Pointer, new Relu(), new StoreF32(y.Pointer, n));
            y.Check();
            for (int i = 0; i < m * n; i++)
            {
                float sum = 0;
                for (int first = 0; first < k; first += group)
                {
                    float[] of = [0, 0];
                    for (int t = first; t < Math.Min(k, first + group); t++)
                    {
                        of[(t - first) % 2] =
                            MathF.FusedMultiplyAdd(x[(i / n * k) + t], numbers[codes[(t * n) + (i % n)]], of[(t - first) % 2]);
                    }

                    sum = MathF.FusedMultiplyAdd(of[0] + of[1], scales[(first / group * n) + (i % n)], sum);
                }

                Expect.True(y.Span[i] == Math.Max(0, sum + b[i % n]), $"{m}×{n}×{k} in groups of {group}, element {i}");
            }
        }
    }

    private readonly record struct Size(int M, int N, int K) : IGemmShape;

    /// <summary>Something that every lane computes.</summary>
    private interface IValue
    {
        V Lanes<V>()
            where V : struct, IVectorF32<V>;
    }

    private readonly record struct HalfCode(uint Word, bool Odd) : IValue
    {
        public V Lanes<V>()
            where V : struct, IVectorF32<V>
        {
            uint* words = stackalloc uint[16];
            new Span<uint>(words, 16).Fill(Word);
            return Odd ? PanelF16.Odd<V>((byte*)words, 0) : PanelF16.Even<V>((byte*)words, 0);
        }
    }

    private readonly record struct RowOfWord<TCodes>(uint Word, int Row) : IValue
        where TCodes : struct, IWeightCodes
    {
        public V Lanes<V>()
            where V : struct, IVectorF32<V>
        {
            var words = V.Broadcast(BitConverter.UInt32BitsToSingle(Word));
            for (int row = 0; row < Row; row++)
            {
                words = TCodes.Next(words);
            }

            return TCodes.First(words, TCodes.Values<V>());
        }
    }

    /// <summary>Its lanes, which have to be the same.</summary>
    private readonly struct Store<TCode>(TCode code, float* result) : IVectorCode
        where TCode : struct, IValue
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            float* lanes = stackalloc float[16];
            V.Store(code.Lanes<V>(), lanes);
            for (int i = 1; i < V.Count; i++)
            {
                Expect.True(BitConverter.SingleToInt32Bits(lanes[i]) == BitConverter.SingleToInt32Bits(lanes[0]), $"lane {i} is another");
            }

            *result = lanes[0];
        }
    }
}
