using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands: y = store(activation(fma(float(lhs · rhs + correction), scale, bias))), the sum exact in 32 bits.</content>
public static unsafe partial class Gemm
{
    /// <summary>
    /// lhs [M] rows of ceil4(K) bytes, of which those from K on may hold anything; rhs [ceil(N/16)][ceil4(K)/4][16][4] in [-127, 127], zero from K on;
    /// correction, scale, bias ceil16(N).
    /// </summary>
    public static void U8S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> correction, Pointer<float> scale, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ByteKernels.Preferred, 0, shape, lhs, rhs, correction, scale, bias, activation, store);

    /// <summary>As U8S8 with every lhs byte ≤ 127, which allows faster instructions on some machines.</summary>
    public static void U7S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> correction, Pointer<float> scale, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ByteKernels.Preferred, 1, shape, lhs, rhs, correction, scale, bias, activation, store);

    /// <summary>
    /// As U8S8 with sums of 16 bits over blocks of <paramref name="block"/> ≥ 1 groups of four k, which are then added in 32 bits. The caller has proven that within
    /// a block neither the products with k mod 4 &lt; 2 nor the others can leave 16 bits, for any bytes that lhs may hold.
    /// </summary>
    public static void U8S8Blocks<TShape, TActivation, TStore>(
        TShape shape, int block, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> correction, Pointer<float> scale, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ByteKernels.Preferred, block, shape, lhs, rhs, correction, scale, bias, activation, store);

    internal static void Bytes<TShape, TActivation, TStore>(
        InstructionSet set, int block, TShape shape, Pointer<byte> lhs, Pointer<sbyte> rhs, Pointer<int> correction, Pointer<float> scale,
        Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int depth = PanelLayout.PaddedDepth(shape.K);
        ByteKernels.Run(set, block, rhs.Address, PanelLayout.PanelBytesS8(PanelLayout.ByteGroups(shape.K)), new ByteGemm<TShape, TActivation, TStore>(
            shape, lhs.Address, depth, new(correction.Address, scale.Address, bias.Address), activation, store));
    }

    private readonly struct ByteGemm<TShape, TActivation, TStore>(
        TShape shape, byte* lhs, int depth, ScaleFinish finish, TActivation activation, TStore store) : IByteProduct
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        public void Run<V, TTile>(TTile tile)
            where V : struct, IVectorF32<V>
            where TTile : struct, ITile =>
            Product.Run<V, TTile, MatrixRows, ScaleFinish, TActivation, TStore>(
                tile, new Depth(depth), depth, new(lhs, depth), shape.M, 0, shape.N, finish, activation, store, 0);
    }
}
