using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y = activation(lhs · rhs + bias), rhs packed in panels of 16 columns, the last one padded with zeros (<see cref="PanelLayout"/>).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Gemm
{
    /// <summary>lhs [M, K] float; rhs [ceil(N/16)][K][16] float; bias ceil16(N) floats.</summary>
    public static void F32<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<float> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        F32(ChosenTile<PanelF32>.Preferred, shape, lhs, rhs, bias, activation, store);

    /// <summary>lhs [M, K] float; rhs [ceil(N/16)][ceil(K/2)][16][2] bfloat16, even k first; bias ceil16(N) floats.</summary>
    public static void BF16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        BF16(ChosenTile<PanelBF16>.Preferred, shape, lhs, rhs, bias, activation, store);

    /// <summary>lhs [M, K] float; rhs [ceil(N/16)][ceil(K/2)][16][2] half precision, even k first; bias ceil16(N) floats.</summary>
    public static void F16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        F16(ChosenTile<PanelF16>.Preferred, shape, lhs, rhs, bias, activation, store);

    internal static void F32<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> lhs, Pointer<float> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Floats(new Tile(kernel, rhs.Address, PanelLayout.PanelBytesF32(shape.K)), kernel.Epilogue, shape, lhs, bias, activation, store);

    internal static void BF16<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Floats(new Tile(kernel, rhs.Address, PanelLayout.PanelBytesBF16(shape.K)), kernel.Epilogue, shape, lhs, bias, activation, store);

    internal static void F16<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Floats(new Tile(kernel, rhs.Address, PanelLayout.PanelBytesBF16(shape.K)), kernel.Epilogue, shape, lhs, bias, activation, store);

    private static void Floats<TShape, TActivation, TStore>(
        Tile tile, VectorWidth epilogue, TShape shape, Pointer<float> lhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        VectorWidths.Run(epilogue, new PackedGemm<AddBias, TActivation, TStore>(
            shape.M, shape.N, tile, lhs.Address, shape.K, (nint)shape.K * sizeof(float), new(bias.Address), activation, store));
}
