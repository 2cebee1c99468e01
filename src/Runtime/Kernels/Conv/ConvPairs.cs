using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Operands in bfloat16, one group: sums in single precision.</content>
public static unsafe partial class Conv
{
    /// <summary>
    /// As BF16 with x rounded to bfloat16 too; InC is even, or the kernel 1×1. scratch
    /// Batch·InH·InW·ceil(InC/2) floats, neither input nor output. Sums are added up as vdpbf16ps adds them, subnormal ones being zero.
    /// </summary>
    public static void BF16BF16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, Pointer<float> scratch, TActivation activation,
            TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        BF16BF16(ChosenPairTile.Preferred, shape, x, weights, bias, scratch, activation, store);

    internal static void BF16BF16<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, Pointer<float> scratch,
            TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        var sizes = ConvSizes.Of(shape);
        RoundToPairs.Run(x, scratch, sizes.Batch * sizes.InH * sizes.InW, sizes.InC);

        // Tiles count the bytes of a pair.
        var bytes = sizes with { InC = PanelLayout.PairedBytes(sizes.InC) };
        VectorWidths.Run(kernel.Epilogue, new FloatConv<AddBiasToPairs, TActivation, TStore>(
            kernel, PanelLayout.PanelBytesBF16(sizes.Depth), bytes, sizeof(byte), (byte*)scratch.Address, (byte*)weights.Address,
            bias.Address, activation, store));
    }
}
