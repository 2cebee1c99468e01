using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <content>Bytes: y = store(activation(fma(float(Σ x · weights + compensation), scale, bias))), the sum exact.</content>
public static unsafe partial class DepthwiseConv
{
    /// <summary>Bytes of a tap in a panel.</summary>
    private const int TapBytes = PanelLayout.Columns * PanelLayout.ByteGroup;

    /// <summary>
    /// x pixels of ceil4(C) bytes; the first byte of <paramref name="padding"/> is the zero point; weights
    /// [ceil(C/16)][KernelH·KernelW][16][4] in [-127, 127], the first of each four; compensation, scale, bias ceil16(C). At most 512 taps.
    /// The compensations are those of all taps inside the input.
    /// </summary>
    /// <remarks>
    /// In C#, bytes are widened to floats: integers up to 2²⁴, which sums of 512 products do not reach, are exact in them, and their
    /// multiply-adds do as many channels at once as those of widened integers would.
    /// </remarks>
    public static void U8S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation, Pointer<float> scale,
            Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        U8S8(ChosenWidths.ByteDepthwise, shape, x, padding, weights, compensation, scale, bias, activation, store);

    internal static void U8S8<TShape, TActivation, TStore>(
        DepthwiseKernel<ByteChannels> kernel, TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights,
            Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        VectorWidths.Run(kernel.Epilogue, new ByteRectangles<TActivation, TStore>(kernel, ConvSizes.Of(shape), x.Address, *padding.Address,
            (byte*)weights.Address, compensation.Address, scale.Address, bias.Address, activation, store));

    private readonly struct ByteRectangles<TActivation, TStore>(
        DepthwiseKernel<ByteChannels> kernel, ConvSizes shape, byte* x, byte zeroPoint, byte* weights, int* compensation, float* scale,
            float* bias, TActivation activation, TStore store) : IVectorCode
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int pixel = PanelLayout.PaddedDepth(shape.InC);
            var geometry = ConvGeometry.Of(shape, pixel, pixel, sizeof(byte));
            for (int h = 0; h < shape.OutH;)
            {
                var rows = geometry.Rows.Span(h);
                for (int w = 0; w < shape.OutW;)
                {
                    var columns = geometry.Columns.Span(w);
                    var rectangle = new ByteRectangle<TActivation, TStore>(
                        shape.InC < kernel.LeastChannels ? null : kernel.Code, shape.InC, shape.KernelH, shape.KernelW, rows, columns,
                        new(x, geometry, rows, columns), shape.Batch * rows.Length * columns.Length,
                        TapsOf(shape, rows, columns, pixel, TapBytes), zeroPoint, weights, compensation, scale, bias, activation, store);
                    rectangle.Split<V>();
                    w = columns.End;
                }

                h = rows.End;
            }
        }
    }

    /// <summary>Pixels that see the same taps; an item is a tile of them.</summary>
    private readonly struct ByteRectangle<TActivation, TStore>(
        delegate*<in ByteChannels, in MachineEpilogue, in ConvPixels, int, int, void> code, int channels, int kernelH, int kernelW,
            ConvSpan rows, ConvSpan columns, ConvPixels source, int count, Depth taps, byte zeroPoint,
            byte* weights, int* compensation, float* scale, float* bias, TActivation activation, TStore store) : ISplitCode
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        public void Split<V>()
            where V : struct, IVectorF32<V> =>
            Part.Run<ByteRectangle<TActivation, TStore>, V>(
                this, (count + DepthwiseTile.Pixels - 1) / DepthwiseTile.Pixels,
                (long)DepthwiseTile.Pixels * channels * taps.Outer * taps.Inner * TapWork);

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            if (code != null && taps.Outer * taps.Inner is > 0 and <= DepthwiseKernel<ByteChannels>.MostTaps
                && MachineEpilogue.TryCreate(new DequantizeAddBias(compensation, scale, bias), activation, store, out var epilogue)
                && epilogue.Form == EpilogueForm.Rounded)
            {
                code(
                    new(channels, kernelH, kernelW, rows, columns, taps, zeroPoint, weights, compensation, scale, bias), epilogue, source,
                    begin * DepthwiseTile.Pixels, Math.Min(end * DepthwiseTile.Pixels, count));
                return;
            }

            byte** pixels = stackalloc byte*[DepthwiseTile.Pixels];
            nint* outputs = stackalloc nint[DepthwiseTile.Pixels];
            float* sums = stackalloc float[DepthwiseTile.Pixels * 16];
            var depth = taps;
            nint panel = (nint)kernelH * kernelW * TapBytes;
            int last = Math.Min(end * DepthwiseTile.Pixels, count);
            for (int pixel = begin * DepthwiseTile.Pixels; pixel < last; pixel += DepthwiseTile.Pixels)
            {
                int high = Math.Min(DepthwiseTile.Pixels, last - pixel);
                source.Locate(pixel, high, pixels, outputs);
                for (int c = 0; c < channels; c += V.Count)
                {
                    int n = Math.Min(V.Count, channels - c);
                    byte* w = weights + (c / PanelLayout.Columns * panel) + (c % PanelLayout.Columns * PanelLayout.ByteGroup);
                    var padding = Padding<V>(w);
                    if (n == V.Count)
                    {
                        DepthwiseTile.Run<V, ByteOperands>(pixels, high, w + depth.First, depth, c, n, padding, sums);
                    }
                    else
                    {
                        DepthwiseTile.Run<V, LastByteOperands>(pixels, high, w + depth.First, depth, c, n, padding, sums);
                    }

                    for (int r = 0; r < high; r++)
                    {
                        var sum = V.Load(sums + (r * V.Count)) + V.LoadInt32(compensation + c);
                        store.Write(activation.Invoke(V.FusedMultiplyAdd(sum, V.Load(scale + c), V.Load(bias + c))), outputs[r], c, n);
                    }
                }
            }
        }

        /// <summary>What the taps in the padding add: the zero point times their weights.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Padding<V>(byte* w)
            where V : struct, IVectorF32<V>
        {
            var sum = V.Zero;
            if (zeroPoint != 0 && (rows.Taps < kernelH || columns.Taps < kernelW))
            {
                for (int i = 0; i < kernelH; i++)
                {
                    for (int j = 0; j < kernelW; j++)
                    {
                        if (i < rows.First || i >= rows.Last || j < columns.First || j >= columns.Last)
                        {
                            sum += ByteOperands.Weights<V>(w + (((i * kernelW) + j) * TapBytes));
                        }
                    }
                }
            }

            return sum * V.Broadcast(zeroPoint);
        }
    }
}
