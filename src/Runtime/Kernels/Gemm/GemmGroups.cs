using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>
/// Weights of few bits: y = store(activation(Σ over groups of (Σ lhs · rhs) · scale + bias)); rhs are ceil(N/16) panels with the scales of
/// their groups (<see cref="PanelLayout"/>).
/// </content>
public static unsafe partial class Gemm
{
    /// <summary>
    /// lhs [M, K] float; rhs signed nibbles; bias ceil16(N) floats. <paramref name="group"/> rows k have one scale, a multiple of 8.
    /// </summary>
    public static void S4<TShape, TActivation, TStore>(
        TShape shape, int group, Pointer<float> lhs, Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Groups<SignedNibbles, TShape, TActivation, TStore>(
            ChosenGroupTile<SignedNibbles>.Preferred, shape, group, lhs, rhs, bias, activation, store);

    /// <summary>
    /// lhs [M, K] float; rhs floats E2M1; bias ceil16(N) floats. <paramref name="group"/> rows k have one scale, a multiple of 8.
    /// </summary>
    public static void E2M1<TShape, TActivation, TStore>(
        TShape shape, int group, Pointer<float> lhs, Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Groups<FloatNibbles, TShape, TActivation, TStore>(
            ChosenGroupTile<FloatNibbles>.Preferred, shape, group, lhs, rhs, bias, activation, store);

    /// <summary>lhs [M, K] float; rhs floats E4M3 with a scale for each column; bias ceil16(N) floats.</summary>
    public static void E4M3<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Groups<E4M3Bytes, TShape, TActivation, TStore>(
            ChosenGroupTile<E4M3Bytes>.Preferred, shape, PanelLayout.WholeColumn(shape.K), lhs, rhs, bias, activation, store);

    /// <summary>lhs [M, K] float; rhs floats E5M2 with a scale for each column; bias ceil16(N) floats.</summary>
    public static void E5M2<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Groups<E5M2Bytes, TShape, TActivation, TStore>(
            ChosenGroupTile<E5M2Bytes>.Preferred, shape, PanelLayout.WholeColumn(shape.K), lhs, rhs, bias, activation, store);

    internal static void Groups<TCodes, TShape, TActivation, TStore>(TileKernel kernel, TShape shape, int group, Pointer<float> lhs,
        Pointer<byte> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TCodes : struct, IWeightCodes
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Floats(new Tile(kernel, rhs.Address, PanelLayout.PanelBytesOfGroups(shape.K, group, TCodes.Together), group), kernel.Epilogue,
            shape, lhs, bias, activation, store);

    /// <summary>
    /// y = store(activation(fma(Σ over groups (Σ lhs · rhs) · scale + compensation, unit, bias))), of a group the sum exact: lhs [M] rows
    /// of ceil4(K) bytes; rhs signed nibbles; compensation, unit and bias ceil16(N) floats. <paramref name="group"/> rows k have one scale:
    /// 32, 64, 96 or 128.
    /// </summary>
    public static void U8S4<TShape, TActivation, TStore>(TShape shape, int group, Pointer<byte> lhs, Pointer<byte> rhs,
        Pointer<float> compensation, Pointer<float> unit, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        U8S4(ChosenByteGroupTile.Preferred, shape, group, lhs, rhs, compensation, unit, bias, activation, store);

    internal static void U8S4<TShape, TActivation, TStore>(TileKernel kernel, TShape shape, int group, Pointer<byte> lhs, Pointer<byte> rhs,
        Pointer<float> compensation, Pointer<float> unit, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        VectorWidths.Run(kernel.Epilogue, new BytesInGroups<TActivation, TStore>(shape.M, shape.N, shape.K,
            new Tile(kernel, rhs.Address, PanelLayout.PanelBytesOfGroups(shape.K, group, PanelLayout.NibbleRows), group), lhs.Address,
            new(compensation.Address, unit.Address, bias.Address), activation, store));

    private readonly struct BytesInGroups<TActivation, TStore>(int rows, int columns, int depth, Tile tile, byte* lhs,
        ScaleAddBias epilogue, TActivation activation, TStore store) : IVectorCode
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            nint rowBytes = PanelLayout.PaddedDepth(depth);
            Product.Run<V, MatrixRows, ScaleAddBias, TActivation, TStore>(
                tile, new Depth(depth), rowBytes, new(lhs, rowBytes), rows, 0, columns, epilogue, activation, store, 0);
        }
    }
}
