using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The float tiles, a family for each form of the weights. 8×2 sums of 512 bits leave half of the 32 registers to operands; 6×2 of the
/// narrower ones take 12 of 16.
/// </summary>
internal static unsafe class FloatKernels
{
    private const string Widest = "Zen 5: 8×32 sums of 512-bit registers do twice the work of 6×16 of 256 bits";
    private const string Found =
        "94 to 96 % of what its instructions can do from 16 rows and a depth of 256 on (Zen 5); ahead-of-time code finds it too";
    private const string FewRows = "Zen 5 at 256 bits: 1.4 times the one below with two rows, 1.05 with four, 0.98 to 1 with many";
    private const string ManyProducts = "16 products of few channels in one call instead of 16";
    private const string AheadOfTime =
        "for ahead-of-time code, which is not compiled for these registers";
    private const string AheadOfTimeFar = AheadOfTime + "; 0.92 to 1.04 times the one above (Zen 5)";
    private const string Narrower = "the widest registers of these machines", Anywhere = "runs everywhere";

    public static readonly KernelFamily<TileKernel> PanelF32 = new("gemm_f32_f32_f32", "Gemm, Conv and recurrences with weights in fp32",
    [
        MachineRow.Create<F32Avx512>("gemm_f32_f32_f32_8x32_avx512_code", InstructionSet.Avx512, 8, Found),
        new("gemm_f32_f32_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &FloatTile<F32x16, PanelF32>.Sum, Widest),
        MachineRow.Create<F32Avx2>("gemm_f32_f32_f32_6x16_avx2_code", InstructionSet.Avx2, 6, FewRows),
        new("gemm_f32_f32_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &FloatTile<F32x8, PanelF32>.Sum, Narrower),
        new("gemm_f32_f32_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &FloatTile<F32x4, PanelF32>.Sum, Narrower),
        new("gemm_f32_f32_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &FloatTile<F32x1, PanelF32>.Sum, Anywhere),
    ]);

    /// <summary>Outer steps have sums of their own.</summary>
    public static readonly KernelFamily<TileKernel> RunsF32 =
        new("winograd_f32_f32_f32", "WinogradConv in fp32: the products of all points in one call",
    [
        MachineRow.Create<F32RunsAvx512>("winograd_f32_f32_f32_8x32_avx512_code", InstructionSet.Avx512, 8, ManyProducts),
        new("winograd_f32_f32_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &RunTile<FloatTile<F32x16, PanelF32>>.Sum, Widest),
        MachineRow.Create<F32RunsAvx2>("winograd_f32_f32_f32_6x16_avx2_code", InstructionSet.Avx2, 6, ManyProducts),
        new("winograd_f32_f32_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &RunTile<FloatTile<F32x8, PanelF32>>.Sum, Narrower),
        new("winograd_f32_f32_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &RunTile<FloatTile<F32x4, PanelF32>>.Sum, Narrower),
        new("winograd_f32_f32_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &RunTile<FloatTile<F32x1, PanelF32>>.Sum, Anywhere),
    ]);

    public static readonly KernelFamily<TileKernel> PanelBF16 = new("gemm_f32_bf16_f32",
        "Gemm, Conv and recurrences with weights in bfloat16",
    [
        new("gemm_f32_bf16_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &FloatTile<F32x16, PanelBF16>.Sum, Widest),
        MachineRow.Create<BF16Avx512>("gemm_f32_bf16_f32_8x32_avx512_code", InstructionSet.Avx512, 8, AheadOfTime),
        new("gemm_f32_bf16_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &FloatTile<F32x8, PanelBF16>.Sum, Narrower),
        new("gemm_f32_bf16_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &FloatTile<F32x4, PanelBF16>.Sum, Narrower),
        new("gemm_f32_bf16_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &FloatTile<F32x1, PanelBF16>.Sum, Anywhere),
    ]);

    public static readonly KernelFamily<TileKernel> PanelF16 = new("gemm_f32_f16_f32",
        "Gemm, Conv and recurrences with weights in half precision",
    [
        new("gemm_f32_f16_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &FloatTile<F32x16, PanelF16>.Sum, Widest),
        new("gemm_f32_f16_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &FloatTile<F32x8, PanelF16>.Sum, Narrower),
        new("gemm_f32_f16_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &FloatTile<F32x4, PanelF16>.Sum, Narrower),
        new("gemm_f32_f16_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &FloatTile<F32x1, PanelF16>.Sum, Anywhere),
    ]);

    public static readonly KernelFamily<TileKernel> RowMajorF32 =
        new("matmul_f32_f32_f32", "MatMul, the right-hand side a plain matrix of the run",
    [
        new("matmul_f32_f32_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &FloatTile<F32x16, RowMajorF32>.Sum, Widest),
        MachineRow.Create<RowMajorF32Avx512>("matmul_f32_f32_f32_8x32_avx512_code", InstructionSet.Avx512, 8, AheadOfTimeFar),
        new("matmul_f32_f32_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &FloatTile<F32x8, RowMajorF32>.Sum, Narrower),
        new("matmul_f32_f32_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &FloatTile<F32x4, RowMajorF32>.Sum, Narrower),
        new("matmul_f32_f32_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &FloatTile<F32x1, RowMajorF32>.Sum, Anywhere),
    ]);
}
