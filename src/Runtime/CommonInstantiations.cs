using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime;

/// <summary>
/// What generated classes call most often. Nothing calls it: the compiler ahead of time finds an instantiation only where the library
/// mentions it (decision 0665). What is missing here is compiled at the first run.
/// </summary>
internal static unsafe class CommonInstantiations
{
    public static void Mention()
    {
        Layers<Identity, StoreF32>();
        Layers<Relu, StoreF32>();
        Layers<Clip, StoreF32>();
        Layers<Identity, StoreSum<Identity, StoreF32>>();
        Layers<Identity, StoreSum<Relu, StoreF32>>();
        Products<Gelu, StoreF32>();
        Products<Tanh, StoreF32>();
        Attention.Masked<FloatAttention, FloatAttention>(
            default, default, default, default, default, default, default, default, default, default, default, default, default, default,
            default);
        Elements<Bits8>();
        Elements<Bits32>();
        Elements<Bits64>();
        Functions<Relu>();
        Functions<Clip>();
        Functions<Exp>();
        Functions<Gelu>();
        Functions<Sigmoid>();
        Functions<Tanh>();
        Operators<Add>();
        Operators<Subtract>();
        Operators<Multiply>();
        Operators<Divide>();
        Reduce.Run<Mean>(default, default, default, default, default);
        Reduce.Run<Sum>(default, default, default, default, default);
    }

    /// <summary>Layers with weights.</summary>
    private static void Layers<TActivation, TStore>()
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        WinogradConv.F32<ConvShape, TActivation, TStore>(default, default, default, default, default, default, default);
        DepthwiseConv.F32<ConvShape, TActivation, TStore>(default, default, default, default, default, default);
        Products<TActivation, TStore>();
    }

    private static void Products<TActivation, TStore>()
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Gemm.F32<GemmShape, TActivation, TStore>(default, default, default, default, default, default);

    private static void Functions<TFunction>()
        where TFunction : struct, IUnaryFunction =>
        Map.Run<TFunction>(default, default, default, default);

    private static void Operators<TFunction>()
        where TFunction : struct, IBinaryFunction =>
        Zip.Floats<TFunction>(default, default, null, null, null, ref Unsafe.NullRef<StridedAxes>());

    private static void Elements<T>()
        where T : unmanaged
    {
        Copy.Run<T>(null, null, ref Unsafe.NullRef<StridedAxes>());
        Pad.Run<T>(null, null, default, default, default, default, default);
    }
}
