using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The tiles over float activations and weights of few bits, a family for each code. 4×2 sums of 512 bits, each over even and over odd
/// rows, are 16 registers; four more hold the weights of a row.
/// </summary>
internal static unsafe class GroupKernels
{
    private const string Widest = "the widest registers: products of few rows wait for memory", Anywhere = "runs everywhere";
    private const string Narrower = "the widest registers of these machines";

    public static readonly KernelFamily<TileKernel> S4 =
        Of<SignedNibbles>("s4", "Gemm with weights of four bits and a scale for each group of rows");

    public static readonly KernelFamily<TileKernel> E2M1 =
        Of<FloatNibbles>("e2m1", "Gemm with weights in floats of four bits and a scale for each group of rows");

    public static readonly KernelFamily<TileKernel> E4M3 =
        Of<E4M3Bytes>("e4m3", "Gemm with weights in floats of eight bits, four of them exponent, and a scale for each column");

    public static readonly KernelFamily<TileKernel> E5M2 =
        Of<E5M2Bytes>("e5m2", "Gemm with weights in floats of eight bits, five of them exponent, and a scale for each column");

    public static readonly KernelFamily<TileKernel> U8S4 = new("gemm_u8_s4_f32",
        "Gemm of bytes with weights of four bits in groups of rows, which become bytes for a tile of gemm_u8_s8",
    [
        new("gemm_u8_s4_f32_8x32_avx512", InstructionSet.Avx512, 8, 16, &ByteGroupTile<F32x16>.Sum, Widest),
        new("gemm_u8_s4_f32_6x16_avx2", InstructionSet.Avx2, 6, 8, &ByteGroupTile<F32x8>.Sum, Narrower),
        new("gemm_u8_s4_f32_6x8_vector128", InstructionSet.Vector128, 6, 4, &ByteGroupTile<F32x4>.Sum, Narrower),
        new("gemm_u8_s4_f32_6x2_scalar", InstructionSet.Scalar, 6, 1, &ByteGroupTile<F32x1>.Sum, Anywhere),
    ]);

    private static KernelFamily<TileKernel> Of<TCodes>(string codes, string computes)
        where TCodes : struct, IWeightCodes => new($"gemm_f32_{codes}_f32", computes,
    [
        new($"gemm_f32_{codes}_f32_4x32_avx512", InstructionSet.Avx512, 4, 16, &GroupTile<F32x16, TCodes>.Sum, Widest),
        new($"gemm_f32_{codes}_f32_2x16_avx2", InstructionSet.Avx2, 2, 8, &GroupTile<F32x8, TCodes>.Sum, Narrower),
        new($"gemm_f32_{codes}_f32_2x8_vector128", InstructionSet.Vector128, 2, 4, &GroupTile<F32x4, TCodes>.Sum, Narrower),
        new($"gemm_f32_{codes}_f32_2x2_scalar", InstructionSet.Scalar, 2, 1, &GroupTile<F32x1, TCodes>.Sum, Anywhere),
    ]);
}
