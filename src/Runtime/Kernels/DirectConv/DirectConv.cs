using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[n, o, p…] = activation(bias[o] + Σ w[o, c, t…] · x[n, g·C + c, p·stride - padsBegin + t·dilation]), channels first, over the C
/// channels c of o's group g and the
/// taps t that lie in the input; one to three spatial axes. For weights that come with the data, and for three axes.
/// </summary>
/// <remarks>Each output is summed over c and t in row-major order by fused multiply-add, so all register widths give the same
/// bits.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class DirectConv
{
    /// <summary>
    /// x is dense [batch, channels, input…], w [outputChannels, channels / groups, kernel…], bias [outputChannels], y [batch,
    /// outputChannels, output…], not the same memory.
    /// </summary>
    /// <exception cref="ArgumentException">No, or more than three, spatial axes, or lists of different lengths.</exception>
    public static void Run<TActivation>(
        Pointer<float> x, Pointer<float> w, Pointer<float> bias, TActivation activation, Pointer<float> y, int batch, int channels,
            int outputChannels, int groups,
        ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations)
        where TActivation : struct, IUnaryFunction =>
        Run(ChosenWidths.Direct, x, w, bias, activation, y, outputChannels, groups,
            PoolWindows.Create(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations));

    internal static void Run<TActivation>(
        VectorWidth registers, Pointer<float> x, Pointer<float> w, Pointer<float> bias, TActivation activation, Pointer<float> y,
            int outputChannels, int groups, PoolWindows windows)
        where TActivation : struct, IUnaryFunction =>
        VectorWidths.Run(registers,
            new Rows<TActivation>(x.Address, w.Address, bias.Address, activation, y.Address, outputChannels, groups, windows),
            windows.Batch * outputChannels, windows.Rows / Math.Max(windows.Batch, 1) * windows.RowTaps / groups);

    private readonly struct Rows<TActivation>(
        float* x, float* w, float* bias, TActivation activation, float* y, int outputChannels, int groups, PoolWindows windows)
            : ISplitCode
        where TActivation : struct, IUnaryFunction
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var (_, channels, depth, height, width) = windows;
            int perGroup = channels / groups, outputsPerGroup = outputChannels / groups;
            nint plane = (nint)depth.Input * height.Input * width.Input;
            nint filter = (nint)perGroup * depth.Kernel * height.Kernel * width.Kernel;
            float* row = y + ((nint)begin * depth.Output * height.Output * width.Output);
            for (int image = begin; image < end; image++)
            {
                var (n, o) = Math.DivRem(image, outputChannels);
                float* source = x + ((((nint)n * channels) + ((nint)(o / outputsPerGroup) * perGroup)) * plane);
                for (int d = 0; d < depth.Output; d++)
                {
                    for (int h = 0; h < height.Output; h++, row += width.Output)
                    {
                        new Span<float>(row, width.Output).Fill(bias[o]);
                        Row<V>(source, w + (o * filter), row, d, h, perGroup);
                        Activate<V>(row, width.Output);
                    }
                }
            }
        }

        private void Row<V>(float* source, float* filter, float* row, int d, int h, int perGroup)
            where V : struct, IVectorF32<V>
        {
            var (_, _, depth, height, width) = windows;
            int firstD = depth.TapAt(d, 0), endD = depth.TapAt(d, depth.Input);
            int firstH = height.TapAt(h, 0), endH = height.TapAt(h, height.Input);
            for (int c = 0; c < perGroup; c++)
            {
                for (int i = firstD; i < endD; i++)
                {
                    nint plane = (((nint)c * depth.Input) + depth.Position(d, 0) + (i * depth.Dilation)) * height.Input;
                    nint taps = (((nint)c * depth.Kernel) + i) * height.Kernel;
                    for (int j = firstH; j < endH; j++)
                    {
                        float* line = source + ((plane + height.Position(h, 0) + (j * height.Dilation)) * width.Input);
                        float* weights = filter + ((taps + j) * width.Kernel);
                        for (int k = 0; k < width.Kernel; k++)
                        {
                            AddTap<V>(weights[k], line, row, (k * width.Dilation) - width.Begin);
                        }
                    }
                }
            }
        }

        /// <summary>row[p] += weight · line[p · stride + shift] for the p whose element of the line exists.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddTap<V>(float weight, float* line, float* row, int shift)
            where V : struct, IVectorF32<V>
        {
            int stride = windows.Width.Stride, last = windows.Width.Input - 1 - shift;
            int first = shift >= 0 ? 0 : (int)((-(long)shift + stride - 1) / stride);
            int end = last < 0 ? 0 : Math.Min(windows.Width.Output, (last / stride) + 1);
            if (stride == 1)
            {
                var factor = V.Broadcast(weight);
                int p = first;
                for (; p <= end - V.Count; p += V.Count)
                {
                    V.Store(V.FusedMultiplyAdd(factor, V.Load(line + p + shift), V.Load(row + p)), row + p);
                }

                if (p < end)
                {
                    V.StorePartial(V.FusedMultiplyAdd(factor, V.LoadPartial(line + p + shift, end - p), V.LoadPartial(row + p, end - p)),
                        row + p, end - p);
                }

                return;
            }

            for (int p = first; p < end; p++)
            {
                row[p] = Fused.MultiplyAdd(weight, line[((nint)p * stride) + shift], row[p]);
            }
        }

        private void Activate<V>(float* row, int length)
            where V : struct, IVectorF32<V>
        {
            var f = activation;
            int i = 0;
            for (; i <= length - V.Count; i += V.Count)
            {
                V.Store(f.Invoke(V.Load(row + i)), row + i);
            }

            if (i < length)
            {
                V.StorePartial(f.Invoke(V.LoadPartial(row + i, length - i)), row + i, length - i);
            }
        }
    }
}
