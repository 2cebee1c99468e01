using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The tiles over bfloat16 on both sides: those of bytes, of which four are a pair. Only the instruction makes them worth having; without
/// it they give the same bits, at less than a quarter of the speed of floats.
/// </summary>
internal static unsafe class PairKernels
{
    private const string Same = "the bits of the instruction without it; plans for such machines have no use for it";

    public static readonly KernelFamily<TileKernel> Family = new("gemm_bf16_bf16_f32", "Gemm and Conv with both operands in bfloat16",
    [
        MachineRow.Create<BF16Pairs>("gemm_bf16_bf16_f32_8x32_avx512bf16_code", InstructionSet.Avx512BF16, 8,
            "two products of a column in one instruction, as many instructions a cycle as for one", ByteDot.BF16Pairs),
        new("gemm_bf16_bf16_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &ByteTile<BF16Dot<F32x16>, F32x16, F32x16, F32x16>.Sum, Same)
        {
            Dot = ByteDot.BF16Pairs,
        },
        new("gemm_bf16_bf16_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &ByteTile<BF16Dot<F32x8>, F32x8, F32x8, F32x8>.Sum, Same)
        {
            Dot = ByteDot.BF16Pairs,
        },
        new("gemm_bf16_bf16_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &ByteTile<BF16Dot<F32x4>, F32x4, F32x4, F32x4>.Sum, Same)
        {
            Dot = ByteDot.BF16Pairs,
        },
        new("gemm_bf16_bf16_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &ByteTile<BF16Dot<F32x1>, F32x1, F32x1, F32x1>.Sum, Same)
        {
            Dot = ByteDot.BF16Pairs,
        },
    ]);
}
