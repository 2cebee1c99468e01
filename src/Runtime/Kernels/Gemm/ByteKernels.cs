using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The one table that turns an instruction set into a byte tile.</summary>
internal static unsafe class ByteKernels
{
    /// <summary>The set whose byte tile is fastest.</summary>
    /// <remarks>
    /// Measured on Zen 5 (family 26, model 2), one thread, 64×784×784 / 1×784×784 / 4×64×576 in GMAC/s, u8:
    /// AvxVnni 229 / 121 / 204, Avx512 by widening 121 / 109 / 108, Avx2 61 / 60 / 58, Vector128 - / 30 / 30, Scalar 4;
    /// 7-bit: AvxVnni 219 / 112 / 192, Avx512 by vpmaddubsw 222 / 123 / 209, Avx2 122 / 111 / 114.
    /// vpdpbusd of 256 bits does in one instruction what the others need two or three of 512 bits for.
    /// </remarks>
    public static readonly InstructionSet Preferred =
        InstructionSets.Forced ?? (InstructionSets.IsAvailable(InstructionSet.AvxVnni) ? InstructionSet.AvxVnni : InstructionSets.Preferred);

    /// <param name="set">Available instruction set.</param>
    /// <param name="block">
    /// How many groups of four k are known not to leave 16 bits when the products of their first two, and of their last two, are summed; 1 for activations ≤ 127
    /// (127·127·2 &lt; 2¹⁵), 0 when nothing is known. The sums are the same for every block that is true.
    /// </param>
    /// <param name="rhs">Weight panels.</param>
    /// <param name="panelBytes">Bytes from panel to panel.</param>
    /// <param name="product">What to run with the tile.</param>
    public static void Run<TProduct>(InstructionSet set, int block, sbyte* rhs, nint panelBytes, in TProduct product)
        where TProduct : struct, IByteProduct
    {
        switch (set)
        {
            case InstructionSet.Avx512 when block > 1:
                product.Run<F32x16, ByteTile<ShortDot512, Vector512<short>, Vector512<byte>, Vector512<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Avx512 when block == 1:
                product.Run<F32x16, ByteTile<SaturatingDot512, Vector512<int>, Vector512<byte>, Vector512<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Avx512:
                product.Run<F32x16, ByteTile<WideningDot512, Vector512<int>, Vector512<short>, Vector512<short>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.AvxVnni when InstructionSets.Preferred == InstructionSet.Avx512:
                // The sums are whole panels in memory, so the epilogue may be wider than the tile.
                product.Run<F32x16, ByteTile<VnniDot, Vector256<int>, Vector256<byte>, Vector256<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.AvxVnni:
                product.Run<F32x8, ByteTile<VnniDot, Vector256<int>, Vector256<byte>, Vector256<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Avx2 when block > 1:
                product.Run<F32x8, ByteTile<ShortDot256, Vector256<short>, Vector256<byte>, Vector256<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Avx2 when block == 1:
                product.Run<F32x8, ByteTile<SaturatingDot256, Vector256<int>, Vector256<byte>, Vector256<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Avx2:
                product.Run<F32x8, ByteTile<WideningDot256, Vector256<int>, Vector256<short>, Vector256<short>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Vector128 when block > 1 && Ssse3.IsSupported:
                product.Run<F32x4, ByteTile<ShortDot128, Vector128<short>, Vector128<byte>, Vector128<sbyte>>>(new(rhs, panelBytes, block));
                break;
            case InstructionSet.Vector128:
                product.Run<F32x4, ByteTile<WideningDot128, Vector128<int>, Vector128<short>, Vector128<short>>>(new(rhs, panelBytes, block));
                break;
            default:
                product.Run<F32x1, ByteTile<ScalarDot, int, uint, uint>>(new(rhs, panelBytes, block));
                break;
        }
    }
}
