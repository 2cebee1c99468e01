using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = activation(lhs · rhs + bias), rhs packed in panels of 16 columns, the last one padded with zeros.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Gemm
{
    /// <summary>lhs [M, K] float; rhs [ceil(N/16)][K][16] float; bias ceil16(N) floats.</summary>
    public static void F32<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<float> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        F32(InstructionSets.Preferred, shape, lhs, rhs, bias, activation, store);

    /// <summary>lhs [M, K] float; rhs [ceil(N/16)][ceil(K/2)][16][2] bfloat16, even k first; bias ceil16(N) floats.</summary>
    public static void BF16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        BF16(InstructionSets.Preferred, shape, lhs, rhs, bias, activation, store);

    internal static void F32<TShape, TActivation, TStore>(
        InstructionSet set, TShape shape, Pointer<float> lhs, Pointer<float> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Widths.Run(set, new FloatGemm<PanelF32, TShape, TActivation, TStore>(
            shape, lhs.Address, (byte*)rhs.Address, PanelF32.PanelBytes(shape.K), bias.Address, activation, store));

    internal static void BF16<TShape, TActivation, TStore>(
        InstructionSet set, TShape shape, Pointer<float> lhs, Pointer<ushort> rhs, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Widths.Run(set, new FloatGemm<PanelBF16, TShape, TActivation, TStore>(
            shape, lhs.Address, (byte*)rhs.Address, PanelBF16.PanelBytes(shape.K), bias.Address, activation, store));

    private readonly struct FloatGemm<TWeights, TShape, TActivation, TStore>(
        TShape shape, float* lhs, byte* rhs, nint panelBytes, float* bias, TActivation activation, TStore store) : IVectorCode
        where TWeights : struct, IWeightRows
        where TShape : struct, IGemmShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        public void Run<V>()
            where V : struct, IVectorF32<V> =>
            Product.Run<V, FloatTile<V, TWeights>, MatrixRows, BiasFinish, TActivation, TStore>(
                new(rhs, panelBytes, 0), new Depth(shape.K), (nint)shape.K * 4, new((byte*)lhs, (nint)shape.K * 4), shape.M, 0, shape.N,
                new(bias), activation, store, 0);
    }
}
