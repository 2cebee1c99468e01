using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands: y = store(activation(fma(float(lhs · rhs + compensation), scale, bias))), the sum exact in 32 bits.</content>
public static unsafe partial class Gemm
{
    /// <summary>
    /// lhs [M] rows of ceil4(K) bytes, of which those from K on may hold anything; rhs [ceil(N/16)][ceil4(K)/4][16][4] in [-127, 127], zero
    /// from K on;
    /// zero-point compensation, scale, bias ceil16(N).
    /// </summary>
    public static void U8S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ChosenByteTiles.For(Exactness.Any), Exactness.Any, shape, lhs, rhs, compensation, scale, bias, activation, store);

    /// <summary>As U8S8 with every lhs byte ≤ 127, which allows faster instructions on some machines.</summary>
    public static void U7S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ChosenByteTiles.For(Exactness.SevenBit), Exactness.SevenBit, shape, lhs, rhs, compensation, scale, bias, activation, store);

    /// <summary>
    /// As U8S8 with sums of 16 bits over blocks of <paramref name="block"/> ≥ 1 groups of four k, which are then added in 32 bits. The
    /// caller has proven that
    /// within a block neither the products with k mod 4 &lt; 2 nor the others can leave 16 bits, for any bytes that lhs may hold.
    /// </summary>
    public static void U8S8Blocks<TShape, TActivation, TStore>(
        TShape shape, int block, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> compensation, Pointer<float> scale,
            Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ChosenByteTiles.For(Exactness.Blocks(block)), Exactness.Blocks(block), shape, lhs, rhs, compensation, scale, bias,
            activation, store);

    /// <summary>
    /// As U8S8 with a scale and a zero point for each row of lhs, which is as <see cref="QuantizeRows"/> writes it; the compensation is that
    /// of zero point 128, and y = store(activation(fma(fma(compensation, rest of the zero point, float(lhs · rhs + compensation)) · scale,
    /// scale of the row, bias))).
    /// </summary>
    public static void U8S8Rows<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        ByteRows(ChosenByteTiles.For(Exactness.Any), shape, lhs, rhs, compensation, scale, bias, activation, store);

    /// <summary>With a kernel that needs no more than is known of lhs and rhs.</summary>
    internal static void Bytes<TShape, TActivation, TStore>(
        TileKernel kernel, Exactness known, TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> compensation,
            Pointer<float> scale,
        Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int depth = PanelLayout.PaddedDepth(shape.K);
        VectorWidths.Run(kernel.Epilogue, new PackedGemm<DequantizeAddBias, TActivation, TStore>(
            shape.M, shape.N, Tile.OfBytes(kernel, known, rhs.Address, PanelLayout.ByteGroups(shape.K)), lhs.Address, depth, depth,
            new(compensation.Address, scale.Address, bias.Address), activation, store));
    }

    internal static void ByteRows<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> compensation, Pointer<float> scale,
        Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int depth = PanelLayout.PaddedDepth(shape.K);
        nint pitch = PanelLayout.ScaledRow(shape.K);
        VectorWidths.Run(kernel.Epilogue, new PackedGemm<CompensatedSum, Identity, StoreScaledRow<TActivation, TStore>>(
            shape.M, shape.N, Tile.OfBytes(kernel, Exactness.Any, rhs.Address, PanelLayout.ByteGroups(shape.K)), lhs.Address, depth, pitch,
            new(compensation.Address), default, new(lhs.Address + depth, pitch, new(compensation.Address, scale.Address, bias.Address),
                activation, store)));
    }
}
