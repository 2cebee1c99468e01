using System.Runtime.Intrinsics;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The tiles over integers of 16 bits on both sides: those of bytes, of which four are a pair. Outer steps have sums of their own.
/// </summary>
internal static unsafe class ShortKernels
{
    private const string Narrower = "the widest registers of these machines";

    private static readonly LargeTileTransforms s_transforms = new()
    {
        Pixels = &MachineLargeTiles<NativeCall>.Pixels, Filters = &MachineLargeTiles<NativeCall>.Filters,
        Outputs = &MachineLargeTiles<NativeCall>.Outputs,
    };

    public static readonly KernelFamily<TileKernel> Family = new("gemm_s16_s16_i32",
        "WinogradConv of bytes, whose transformed pixels and filters have 16 bits; sums modulo 2³²",
    [
        MachineRow.Create<S16Avx512Vnni>("gemm_s16_s16_i32_8x32_avx512vnni_code", InstructionSet.Avx512Vnni, 8,
            "two products of a column in one instruction, where the one below takes two", ByteDot.ShortPairs,
            largeTiles: s_transforms),
        MachineRow.Create<S16Avx512>("gemm_s16_s16_i32_8x32_avx512_code", InstructionSet.Avx512, 8,
            "more sums than the compiler keeps in registers", ByteDot.ShortPairs, largeTiles: s_transforms),
        new("gemm_s16_s16_i32_8x32_avx512", InstructionSet.Avx512, 8, 16,
            &RunTile<ByteTile<ShortPairDot512, Vector512<int>, Vector512<short>, Vector512<short>>>.Sum, Narrower)
            { Dot = ByteDot.ShortPairs },
        MachineRow.Create<S16Avx2>("gemm_s16_s16_i32_6x16_avx2_code", InstructionSet.Avx2, 6,
            "more sums than the compiler keeps in registers", ByteDot.ShortPairs),
        new("gemm_s16_s16_i32_6x16_avx2", InstructionSet.Avx2, 6, 8,
            &RunTile<ByteTile<ShortPairDot256, Vector256<int>, Vector256<short>, Vector256<short>>>.Sum, Narrower)
            { Dot = ByteDot.ShortPairs },
        new("gemm_s16_s16_i32_6x8_vector128", InstructionSet.Vector128, 6, 4,
            &RunTile<ByteTile<ShortPairDot128, Vector128<int>, Vector128<short>, Vector128<short>>>.Sum, Narrower)
            { Dot = ByteDot.ShortPairs },
        new("gemm_s16_s16_i32_6x2_scalar", InstructionSet.Scalar, 6, 1, &RunTile<ByteTile<ScalarPairDot, int, uint, uint>>.Sum,
            "runs everywhere") { Dot = ByteDot.ShortPairs },
    ]);
}
