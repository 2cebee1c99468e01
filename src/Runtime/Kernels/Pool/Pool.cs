using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[n, o…, c] = maximum or mean over the taps t of x[n, o·stride - padsBegin + t·dilation, c] that lie in the input, channels last, one to
/// three spatial axes.
/// </summary>
/// <remarks>The taps of a window are joined in row-major order, one lane a channel, so all register widths give the same bits.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Pool
{
    /// <summary>Work of an element in a window, see <see cref="Part.LeastWork"/>: it is read.</summary>
    private const long PooledTap = sizeof(float);

    /// <summary>
    /// The maximum; NaN if any tap is NaN, -∞ where no tap lies in the input. x [batch, input…, channels], y [batch, output…, channels],
    /// not the same memory.
    /// </summary>
    public static void Max(
        Pointer<float> x, Pointer<float> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output,
            ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations) =>
        Max(ChosenWidths.Elements, x, y, PoolWindows.Of(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations));

    /// <summary>
    /// The mean over the taps in the input; with <paramref name="countPadding"/> the sum of those divided by the taps in the input or its
    /// padding. Taps beyond the
    /// padding, which windows have that ceil mode let in, count in neither case.
    /// </summary>
    public static void Average(
        Pointer<float> x, Pointer<float> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output,
            ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations,
            bool countPadding) =>
        Average(ChosenWidths.Elements, x, y, PoolWindows.Of(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations),
            countPadding);

    internal static void Max(VectorWidth registers, Pointer<float> x, Pointer<float> y, PoolWindows windows) =>
        VectorWidths.Run(VectorWidths.Within(registers, windows.Channels), new Outputs<LargestTap>(x.Address, y.Address, windows, false),
            windows.Rows, windows.RowTaps * PooledTap);

    internal static void Average(VectorWidth registers, Pointer<float> x, Pointer<float> y, PoolWindows windows, bool countPadding) =>
        VectorWidths.Run(VectorWidths.Within(registers, windows.Channels),
            new Outputs<MeanOfTaps>(x.Address, y.Address, windows, countPadding), windows.Rows, windows.RowTaps * PooledTap);

    private readonly struct Outputs<TPooling>(float* x, float* y, PoolWindows windows, bool countPadding) : ISplitCode
        where TPooling : struct, IPooling
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var (_, channels, depth, height, width) = windows;
            if (channels == 0)
            {
                return;
            }

            nint sample = (nint)depth.Input * height.Input * width.Input * channels;
            float* target = y + ((nint)begin * width.Output * channels);
            for (int row = begin; row < end; row++)
            {
                var (plane, h) = Math.DivRem(row, height.Output);
                var (n, d) = Math.DivRem(plane, depth.Output);
                for (int w = 0; w < width.Output; w++, target += channels)
                {
                    Window<V>(x + (n * sample), target, d, h, w);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Window<V>(float* source, float* target, int d, int h, int w)
            where V : struct, IVectorF32<V>
        {
            var (_, channels, depth, height, width) = windows;
            int firstD = depth.TapAt(d, 0), endD = depth.TapAt(d, depth.Input);
            int firstH = height.TapAt(h, 0), endH = height.TapAt(h, height.Input);
            int firstW = width.TapAt(w, 0), endW = width.TapAt(w, width.Input);
            int taps = countPadding
                ? depth.PaddedTaps(d) * height.PaddedTaps(h) * width.PaddedTaps(w)
                : (endD - firstD) * (endH - firstH) * (endW - firstW);
            nint step = (nint)width.Dilation * channels;
            for (int next = 0; next < channels;)
            {
                // The last register overlaps the one before; the doubled channels get the same bits twice.
                bool four = next <= channels - (4 * V.Count);
                int c = Math.Min(next, channels - V.Count);
                V j0 = V.Broadcast(TPooling.Start), j1 = j0, j2 = j0, j3 = j0;
                for (int i = firstD; i < endD; i++)
                {
                    nint plane = (nint)(depth.Start(d) + (i * depth.Dilation)) * height.Input;
                    for (int j = firstH; j < endH; j++)
                    {
                        nint row = (plane + height.Start(h) + (j * height.Dilation)) * width.Input;
                        float* tap = source + ((row + width.Start(w) + (firstW * width.Dilation)) * channels) + c;
                        for (int k = firstW; k < endW; k++, tap += step)
                        {
                            j0 = TPooling.Join(V.Load(tap), j0);
                            if (four)
                            {
                                j1 = TPooling.Join(V.Load(tap + V.Count), j1);
                                j2 = TPooling.Join(V.Load(tap + (2 * V.Count)), j2);
                                j3 = TPooling.Join(V.Load(tap + (3 * V.Count)), j3);
                            }
                        }
                    }
                }

                V.Store(TPooling.Finish(j0, taps), target + c);
                if (four)
                {
                    V.Store(TPooling.Finish(j1, taps), target + c + V.Count);
                    V.Store(TPooling.Finish(j2, taps), target + c + (2 * V.Count));
                    V.Store(TPooling.Finish(j3, taps), target + c + (3 * V.Count));
                }

                next += four ? 4 * V.Count : V.Count;
            }
        }
    }
}
