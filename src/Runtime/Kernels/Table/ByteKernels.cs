using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The byte tiles. As for floats, 512-bit code has 32 registers and the others 16 (vpdpbusd in its VEX form reaches no more either).
/// </summary>
/// <remarks>
/// Measured on Zen 5 (family 26, model 2), one thread, 64×784×784 / 1×784×784 / 4×64×576 in GMAC/s, u8:
/// vpdpbusd 229 / 121 / 204, widening 121 / 109 / 108 in 512 bits, 61 / 60 / 58 in 256, - / 30 / 30 in 128, scalar 4;
/// 7-bit: vpdpbusd 219 / 112 / 192, vpmaddubsw 222 / 123 / 209 in 512 bits, 122 / 111 / 114 in 256.
/// </remarks>
internal static unsafe class ByteKernels
{
    public static readonly KernelFamily<TileKernel> Family = new("gemm_u8_s8",
        "Gemm, Conv, MatMul and recurrences of bytes, and the first of two passes; sums exact in 32 bits",
    [
        MachineRow.Create<U8S8Avx512Vnni>("gemm_u8_s8_i32_8x32_avx512vnni_code", InstructionSet.Avx512Vnni, 8,
            "Zen 5, 64×784×784: 394 GMAC/s, 89 % of what its instructions can do; the 256-bit one 185", ByteDot.DotProduct),
        new("gemm_u8_s8_i32_6x16_avxvnni", InstructionSet.AvxVnni, 6, 8,
            &ByteTile<DotProduct256, Vector256<int>, Vector256<byte>, Vector256<sbyte>>.Sum,
            "does in one instruction of 256 bits what the others need two or three of 512 bits for")
        {
            // The sums are whole panels in memory, so the epilogue may be wider than the tile.
            Dot = ByteDot.DotProduct, HasWidestEpilogue = true,
        },
        new("gemm_u8_s8_i16_8x32_avx512", InstructionSet.Avx512, 8, 16,
            &ByteTile<ShortDot512, Vector512<short>, Vector512<byte>, Vector512<sbyte>>.Sum,
            "two instructions for four products of a column, where sums of 32 bits take three") { Dot = ByteDot.Blocks,
                Needs = Exactness.Blocks(2) },
        MachineRow.Create<U7S8Avx512>("gemm_u7_s8_i32_8x32_avx512_code", InstructionSet.Avx512, 8,
            "sums become results in registers, which is most of the time where little is summed", ByteDot.Saturating, Exactness.SevenBit),
        new("gemm_u7_s8_i32_8x32_avx512", InstructionSet.Avx512, 8, 16,
            &ByteTile<SaturatingDot512, Vector512<int>, Vector512<byte>, Vector512<sbyte>>.Sum,
            "1.8 times the products of widening") { Dot = ByteDot.Saturating, Needs = Exactness.SevenBit },
        MachineRow.Create<U8S8Avx512>("gemm_u8_s8_i32_8x16_avx512_code", InstructionSet.Avx512, 8,
            "Zen 5, 64×784×784: 138 GMAC/s where the one below has 101, and fp32 111", ByteDot.Widening),
        new("gemm_u8_s8_i32_8x16_avx512", InstructionSet.Avx512, 8, 8,
            &ByteTile<WideningDot512, Vector512<int>, Vector512<short>, Vector512<short>>.Sum,
            "exact for all bytes without a dot product; twice the 256-bit one") { Dot = ByteDot.Widening },
        new("gemm_u8_s8_i16_6x16_avx2", InstructionSet.Avx2, 6, 8,
            &ByteTile<ShortDot256, Vector256<short>, Vector256<byte>, Vector256<sbyte>>.Sum,
            "two instructions for four products of a column, where sums of 32 bits take three") { Dot = ByteDot.Blocks,
                Needs = Exactness.Blocks(2) },
        MachineRow.Create<U7S8Avx2>("gemm_u7_s8_i32_6x16_avx2_code", InstructionSet.Avx2, 6,
            "sums become results in registers, which is most of the time where little is summed", ByteDot.Saturating, Exactness.SevenBit),
        new("gemm_u7_s8_i32_6x16_avx2", InstructionSet.Avx2, 6, 8,
            &ByteTile<SaturatingDot256, Vector256<int>, Vector256<byte>, Vector256<sbyte>>.Sum,
            "twice the products of widening") { Dot = ByteDot.Saturating, Needs = Exactness.SevenBit },
        MachineRow.Create<U8S8Avx2>("gemm_u8_s8_i32_6x8_avx2_code", InstructionSet.Avx2, 6,
            "Zen 5 at 256 bits, 64×784×784: 67 GMAC/s where the one below has 48, and fp32 55", ByteDot.Widening),
        new("gemm_u8_s8_i32_6x8_avx2", InstructionSet.Avx2, 6, 4,
            &ByteTile<WideningDot256, Vector256<int>, Vector256<short>, Vector256<short>>.Sum,
            "exact for all bytes without a dot product") { Dot = ByteDot.Widening },
        new("gemm_u8_s8_i16_6x8_ssse3", InstructionSet.Vector128, 6, 4,
            &ByteTile<ShortDot128, Vector128<short>, Vector128<byte>, Vector128<sbyte>>.Sum,
            "two instructions for four products of a column, where sums of 32 bits take three")
        {
            Dot = ByteDot.Blocks, Needs = Exactness.Blocks(2), IsAvailable = Ssse3.IsSupported
                && InstructionSets.IsAvailable(InstructionSet.Vector128),
        },
        new("gemm_u8_s8_i32_6x4_vector128", InstructionSet.Vector128, 6, 2,
            &ByteTile<WideningDot128, Vector128<int>, Vector128<short>, Vector128<short>>.Sum,
            "exact for all bytes, on SSE2, AdvSimd and WASM") { Dot = ByteDot.Widening },
        new("gemm_u8_s8_i32_6x2_scalar", InstructionSet.Scalar, 6, 1, &ByteTile<ScalarDot, int, uint, uint>.Sum,
            "runs everywhere") { Dot = ByteDot.Scalar },
    ]);
}
