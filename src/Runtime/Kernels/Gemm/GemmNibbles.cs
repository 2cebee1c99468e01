using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Weights of four bits: y = store(activation(Σ over groups of (Σ lhs · rhs) · scale + bias)).</content>
public static unsafe partial class Gemm
{
    /// <summary>
    /// lhs [M, K] float; rhs ceil(N/16) panels of signed nibbles with the scales of their groups (<see cref="PanelLayout"/>); bias
    /// ceil16(N) floats. <paramref name="group"/> rows k have one scale, a multiple of 8.
    /// </summary>
    public static void S4<TShape, TActivation, TStore>(
        TShape shape, int group, Pointer<float> lhs, Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        S4(ChosenNibbleTile.Preferred, shape, group, lhs, rhs, bias, activation, store);

    internal static void S4<TShape, TActivation, TStore>(TileKernel kernel, TShape shape, int group, Pointer<float> lhs,
        Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Floats(new Tile(kernel, rhs.Address, PanelLayout.PanelBytesS4(shape.K, group), group), kernel.Epilogue, shape, lhs, bias,
            activation, store);
}
