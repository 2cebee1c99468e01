using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>Multiply-adds a nanosecond of the instructions that a byte accumulator consists of: eight sums, two rows of activations in registers, weights from the first-level cache.</summary>
internal static unsafe class AccumulatorRoof
{
    private const int Rounds = 4096;

    /// <summary>The roof of the tile that <see cref="ByteKernels"/> takes for the block.</summary>
    /// <param name="block">As there: 0 nothing is known, 1 codes ≤ 127, more: groups of four that stay within 16 bits.</param>
    /// <param name="memory">At least 16 KiB.</param>
    public static double MultiplyAdds(int block, sbyte* memory) => ByteKernels.Preferred switch
    {
        InstructionSet.Avx512 when block > 1 => Measured<ShortDot512, Vector512<short>, Vector512<byte>, Vector512<sbyte>>(memory),
        InstructionSet.Avx512 when block == 1 => Measured<SaturatingDot512, Vector512<int>, Vector512<byte>, Vector512<sbyte>>(memory),
        InstructionSet.Avx512 => Measured<WideningDot512, Vector512<int>, Vector512<short>, Vector512<short>>(memory),
        InstructionSet.AvxVnni => Measured<VnniDot, Vector256<int>, Vector256<byte>, Vector256<sbyte>>(memory),
        InstructionSet.Avx2 when block > 1 => Measured<ShortDot256, Vector256<short>, Vector256<byte>, Vector256<sbyte>>(memory),
        InstructionSet.Avx2 when block == 1 => Measured<SaturatingDot256, Vector256<int>, Vector256<byte>, Vector256<sbyte>>(memory),
        InstructionSet.Avx2 => Measured<WideningDot256, Vector256<int>, Vector256<short>, Vector256<short>>(memory),
        InstructionSet.Vector128 when block > 1 => Measured<ShortDot128, Vector128<short>, Vector128<byte>, Vector128<sbyte>>(memory),
        InstructionSet.Vector128 => Measured<WideningDot128, Vector128<int>, Vector128<short>, Vector128<short>>(memory),
        _ => Measured<ScalarDot, int, uint, uint>(memory),
    };

    private static double Measured<TDot, TSum, TLhs, TWeights>(sbyte* memory)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct =>
        (double)Rounds * 8 * TDot.Columns * 4 / Clock.Medians(100, () => Run<TDot, TSum, TLhs, TWeights>(memory))[0];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TDot, TSum, TLhs, TWeights>(sbyte* memory)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
    {
        TLhs x = TDot.Broadcast((byte*)memory), y = TDot.Broadcast((byte*)memory + 4);
        TSum a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int n = 0; n < Rounds; n++)
        {
            // Four registers of weights, each for two rows; 8 KiB that repeat.
            sbyte* weights = memory + ((n & 31) * 256);
            TWeights s = TDot.Load(weights), t = TDot.Load(weights + (4 * TDot.Columns)), u = TDot.Load(weights + (8 * TDot.Columns)), v = TDot.Load(weights + (12 * TDot.Columns));
            a = TDot.Add(a, x, s);
            b = TDot.Add(b, y, s);
            c = TDot.Add(c, x, t);
            d = TDot.Add(d, y, t);
            e = TDot.Add(e, x, u);
            f = TDot.Add(f, y, u);
            g = TDot.Add(g, x, v);
            h = TDot.Add(h, y, v);
        }

        int* target = stackalloc int[16];
        TDot.Store(a, target);
        TDot.Store(b, target);
        TDot.Store(c, target);
        TDot.Store(d, target);
        TDot.Store(e, target);
        TDot.Store(f, target);
        TDot.Store(g, target);
        TDot.Store(h, target);
    }
}
