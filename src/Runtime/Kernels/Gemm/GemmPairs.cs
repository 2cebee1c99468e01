using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Operands in bfloat16, sums in single precision.</content>
public static unsafe partial class Gemm
{
    /// <summary>
    /// lhs [M, K] float, rounded to bfloat16; rhs [ceil(N/16)][ceil(K/2)][16][2] bfloat16, even k first; bias ceil16(N) floats; scratch
    /// M·ceil(K/2) floats, neither input nor output. Sums are added up as vdpbf16ps adds them, subnormal ones being zero.
    /// </summary>
    public static void BF16BF16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, Pointer<float> scratch, TActivation activation,
            TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        BF16BF16(ChosenPairTile.Preferred, shape, lhs, rhs, bias, scratch, activation, store);

    internal static void BF16BF16<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, Pointer<float> scratch,
            TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int bytes = PanelLayout.PairedBytes(shape.K);
        RoundToPairs.Run(lhs, scratch, shape.M, shape.K);
        VectorWidths.Run(kernel.Epilogue, new PackedGemm<AddBiasToPairs, TActivation, TStore>(
            shape.M, shape.N, new Tile(kernel, rhs.Address, PanelLayout.PanelBytesBF16(shape.K)), scratch.Address, bytes, bytes,
            AddBiasToPairs.Of(bias.Address), activation, store));
    }
}
