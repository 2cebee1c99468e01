using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[n, h, w, o] = store(activation(bias[o] + Σ over taps and channels of x · weights)), channels last.
/// Weights are packed as for <see cref="Gemm"/> with depth (kernel row, kernel column, channel of the group), group after group.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Conv
{
    /// <summary>
    /// x [Batch, InH, InW, InC] float; weights Groups × [ceil(OutC/Groups/16)][K][16] float, K = KernelH·KernelW·InC/Groups; bias OutC.
    /// </summary>
    public static void F32<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> x, Pointer<float> weights, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        F32(ChosenTile<PanelF32>.Preferred, shape, x, weights, bias, activation, store);

    /// <summary>As F32 with weights Groups × [ceil(OutC/Groups/16)][ceil(K/2)][16][2] bfloat16, even k first.</summary>
    public static void BF16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        BF16(ChosenTile<PanelBF16>.Preferred, shape, x, weights, bias, activation, store);

    /// <summary>As F32 with weights Groups × [ceil(OutC/Groups/16)][ceil(K/2)][16][2] half precision, even k first.</summary>
    public static void F16<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        F16(ChosenTile<PanelF16>.Preferred, shape, x, weights, bias, activation, store);

    internal static void F32<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> x, Pointer<float> weights, Pointer<float> bias, TActivation activation,
            TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        var sizes = ConvSizes.Of(shape);
        VectorWidths.Run(kernel.Epilogue, new FloatConv<AddBias, TActivation, TStore>(
            kernel, PanelLayout.PanelBytesF32(sizes.Depth), sizes, sizeof(float), (byte*)x.Address, (byte*)weights.Address, bias.Address,
            activation, store));
    }

    internal static void BF16<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, TActivation activation,
            TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Halves(kernel, ConvSizes.Of(shape), x, weights, bias, activation, store);

    internal static void F16<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, TActivation activation,
            TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Halves(kernel, ConvSizes.Of(shape), x, weights, bias, activation, store);

    /// <summary>Weights of 16 bits, of whichever format the kernel widens.</summary>
    private static void Halves<TActivation, TStore>(
        TileKernel kernel, in ConvSizes sizes, Pointer<float> x, Pointer<ushort> weights, Pointer<float> bias, TActivation activation,
            TStore store)
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        VectorWidths.Run(kernel.Epilogue, new FloatConv<AddBias, TActivation, TStore>(
            kernel, PanelLayout.PanelBytesBF16(sizes.Depth), sizes, sizeof(float), (byte*)x.Address, (byte*)weights.Address, bias.Address,
            activation, store));

    private readonly struct FloatConv<TEpilogue, TActivation, TStore>(
        TileKernel kernel, nint panelBytes, ConvSizes shape, int elementBytes, byte* x, byte* weights, float* bias, TActivation activation,
        TStore store)
            : IVectorCode
        where TEpilogue : struct, IAddBias<TEpilogue>
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int channels = shape.InC / shape.Groups, outputs = shape.OutC / shape.Groups, panels = PanelLayout.Panels(outputs);
            var geometry = ConvGeometry.Of(shape, shape.InC, channels, elementBytes);
            for (int h = 0; h < shape.OutH;)
            {
                var rows = geometry.Rows.Span(h);
                for (int w = 0; w < shape.OutW;)
                {
                    var columns = geometry.Columns.Span(w);
                    var taps = geometry.Taps(rows, columns);
                    for (int group = 0; group < shape.Groups; group++)
                    {
                        Product.Run<V, ConvPixels, TEpilogue, TActivation, TStore>(
                            new Tile(kernel, weights + (group * panels * panelBytes), panelBytes), taps,
                                (nint)rows.Taps * channels * elementBytes,
                            new(x + (group * channels * elementBytes), geometry, rows, columns), shape.Batch * rows.Length * columns.Length,
                                0, outputs,
                            TEpilogue.Of(bias + (group * outputs)), activation, store, group * outputs);
                    }

                    w = columns.End;
                }

                h = rows.End;
            }
        }
    }
}
