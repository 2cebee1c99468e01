using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[n, h, w, c] = store(activation(bias[c] + Σ over taps of x · weights[tap, c])): one filter a channel, Groups = InC = OutC.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class DepthwiseConv
{
    /// <summary>Work of a tap, see <see cref="Part.LeastWork"/>: each multiply-add reads its pixel.</summary>
    private const int TapWork = 2;

    /// <summary>x [Batch, InH, InW, C] float, channels last; weights [KernelH·KernelW][C] float; bias C.</summary>
    public static void F32<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> x, Pointer<float> weights, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        F32(ChosenWidths.Depthwise, shape, x, weights, bias, activation, store);

    internal static void F32<TShape, TActivation, TStore>(
        DepthwiseKernel<FloatChannels> kernel, TShape shape, Pointer<float> x, Pointer<float> weights, Pointer<float> bias,
            TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        VectorWidths.Run(
            VectorWidths.Within(kernel.Epilogue, shape.InC),
            new Rectangles<TActivation, TStore>(
                kernel, ConvSizes.Of(shape), x.Address, weights.Address, bias.Address, activation, store));

    /// <summary>
    /// The taps of a rectangle as runs of one: x moves by <paramref name="pixel"/> bytes from pixel to pixel, the weights by
    /// <paramref name="tap"/> bytes from tap to tap.
    /// </summary>
    private static Depth TapsOf(in ConvSizes shape, ConvSpan rows, ConvSpan columns, nint pixel, int tap) =>
        new(1, ((rows.First * shape.KernelW) + columns.First) * tap,
            rows.Taps == 0 || columns.Taps == 0 ? 0 : rows.Taps, shape.DilationH * shape.InW * pixel, (nint)shape.KernelW * tap,
            columns.Taps, shape.DilationW * pixel, tap);

    private readonly struct Rectangles<TActivation, TStore>(
        DepthwiseKernel<FloatChannels> kernel, ConvSizes shape, float* x, float* weights, float* bias, TActivation activation, TStore store)
            : IVectorCode
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int channels = shape.InC;
            var geometry = ConvGeometry.Of(shape, channels, channels, sizeof(float));
            for (int h = 0; h < shape.OutH;)
            {
                var rows = geometry.Rows.Span(h);
                for (int w = 0; w < shape.OutW;)
                {
                    var columns = geometry.Columns.Span(w);
                    var taps = TapsOf(shape, rows, columns, channels * sizeof(float), channels * sizeof(float));
                    var rectangle = new Rectangle<TActivation, TStore>(
                        channels < kernel.LeastChannels ? null : kernel.Code, channels, new((byte*)x, geometry, rows, columns),
                        shape.Batch * rows.Length * columns.Length, taps, weights, bias, activation, store);
                    rectangle.Split<V>();
                    w = columns.End;
                }

                h = rows.End;
            }
        }

    }

    /// <summary>Pixels that see the same taps; an item is a tile of them.</summary>
    private readonly struct Rectangle<TActivation, TStore>(
        delegate*<in FloatChannels, in MachineEpilogue, in ConvPixels, int, int, void> code, int channels, ConvPixels source, int count,
        Depth taps, float* weights, float* bias, TActivation activation, TStore store) : ISplitCode
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        public void Split<V>()
            where V : struct, IVectorF32<V> =>
            Part.Run<Rectangle<TActivation, TStore>, V>(
                this, (count + DepthwiseTile.Pixels - 1) / DepthwiseTile.Pixels,
                (long)DepthwiseTile.Pixels * channels * taps.Outer * taps.Inner * TapWork);

        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            if (code != null && taps.Outer * taps.Inner is > 0 and <= DepthwiseKernel<FloatChannels>.MostTaps
                && MachineEpilogue.TryCreate(new AddBias(bias), activation, store, out var epilogue)
                && epilogue.Form is EpilogueForm.Floats or EpilogueForm.Bytes)
            {
                code(new(channels, taps, weights), epilogue, source, begin * DepthwiseTile.Pixels,
                    Math.Min(end * DepthwiseTile.Pixels, count));
            }
            else
            {
                Registers<V>(begin, end);
            }
        }

        /// <summary>By itself: where there is machine code it is not compiled.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Registers<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            byte** pixels = stackalloc byte*[DepthwiseTile.Pixels];
            nint* outputs = stackalloc nint[DepthwiseTile.Pixels];
            float* sums = stackalloc float[DepthwiseTile.Pixels * 16];
            var depth = taps;
            int last = Math.Min(end * DepthwiseTile.Pixels, count);
            for (int pixel = begin * DepthwiseTile.Pixels; pixel < last; pixel += DepthwiseTile.Pixels)
            {
                int high = Math.Min(DepthwiseTile.Pixels, last - pixel);
                source.Locate(pixel, high, pixels, outputs);
                for (int next = 0; next < channels; next += V.Count)
                {
                    // The last register overlaps the one before when the channels do not fill it.
                    int c = Math.Min(next, channels - V.Count);
                    DepthwiseTile.Run<V, FloatOperands>(
                        pixels, high, (byte*)(weights + c) + depth.First, depth, c * sizeof(float), V.Count, V.Zero, sums);
                    for (int r = 0; r < high; r++)
                    {
                        var value = activation.Invoke(V.Load(sums + (r * V.Count)) + V.Load(bias + c));
                        store.Write(value, outputs[r], c, V.Count);
                    }
                }
            }
        }
    }
}
