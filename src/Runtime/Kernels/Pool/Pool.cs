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
        Max(ChosenWidths.Elements, x, y,
            PoolWindows.Create(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations));

    /// <summary>
    /// The maximum of quantized values, 0 where no tap lies in the input: the same bytes as those of the maximum quantized, since rounding
    /// keeps the order. Pixels of <paramref name="channels"/> bytes, a multiple of four.
    /// </summary>
    public static void MaxBytes(
        Pointer<byte> x, Pointer<byte> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output,
            ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations) =>
        MaxBytes(x, y, PoolWindows.Create(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations));

    /// <summary>
    /// The maximum as floats, as Max has them, and quantized, for readers of either: <paramref name="quantized"/> has pixels of
    /// ceil4(<paramref name="channels"/>) bytes q = clamp(rint(v / scale) + zeroPoint, 0, max), 0 for NaN.
    /// </summary>
    public static void MaxBoth(
        Pointer<float> x, Pointer<float> y, Pointer<byte> quantized, float scale, int zeroPoint, int max, int batch, int channels,
            ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations) =>
        Max(ChosenWidths.Elements, x, y, new StoreU8(quantized, PanelLayout.PaddedDepth(channels), scale, zeroPoint, max),
            PoolWindows.Create(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations));

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
        Average(ChosenWidths.Elements, x, y,
            PoolWindows.Create(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations),
            countPadding);

    internal static void Max(VectorWidth registers, Pointer<float> x, Pointer<float> y, PoolWindows windows) =>
        Run<LargestTap, StoreF32>(registers, x, new(y, windows.Channels), windows, false);

    internal static void Max(VectorWidth registers, Pointer<float> x, Pointer<float> y, StoreU8 quantized, PoolWindows windows) =>
        Run<LargestTap, StoreBoth<StoreF32, StoreU8>>(registers, x, new(new(y, windows.Channels), quantized), windows, false);

    internal static void MaxBytes(Pointer<byte> x, Pointer<byte> y, PoolWindows windows) =>
        // One loop for every register width, so any of them.
        Part.Run<LargestBytes, F32x1>(new(x.Address, y.Address, windows), windows.Rows, windows.RowTaps);

    internal static void Average(VectorWidth registers, Pointer<float> x, Pointer<float> y, PoolWindows windows, bool countPadding) =>
        Run<MeanOfTaps, StoreF32>(registers, x, new(y, windows.Channels), windows, countPadding);

    private static void Run<TPooling, TStore>(
        VectorWidth registers, Pointer<float> x, TStore store, PoolWindows windows, bool countPadding)
        where TPooling : struct, IPooling
        where TStore : struct, IStore =>
        VectorWidths.Run(VectorWidths.Within(registers, windows.Channels),
            new Floats<TPooling, TStore>(x.Address, store, windows, countPadding), windows.Rows, windows.RowTaps * PooledTap);

    private readonly struct Floats<TPooling, TStore>(float* x, TStore store, PoolWindows windows, bool countPadding) : ISplitCode
        where TPooling : struct, IPooling
        where TStore : struct, IStore
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            if (windows.Channels > 0)
            {
                windows.ForEach(begin, end, new FloatWindows<V, TPooling, TStore>(x, store, windows.Channels, countPadding));
            }
        }
    }

    private readonly struct FloatWindows<V, TPooling, TStore>(float* x, TStore store, int channels, bool countPadding) : IWindowCode
        where V : struct, IVectorF32<V>
        where TPooling : struct, IPooling
        where TStore : struct, IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(in PoolRun windows, in PoolTaps taps, int padded)
        {
            // A copy, because what is written might be this.
            var target = store;
            float* source = x + (windows.First * channels);
            nint next = windows.Step * channels;
            nint planeStep = taps.PlaneStep * channels, rowStep = taps.RowStep * channels, step = taps.ColumnStep * channels;
            int planes = taps.Planes, rows = taps.Rows, columns = taps.Columns, counted = countPadding ? padded : taps.Count;
            for (int window = 0; window < windows.Count; window++, source += next)
            {
                nint row = windows.Output + window;
                int c = 0;
                for (; c <= channels - (4 * V.Count); c += 4 * V.Count)
                {
                    V j0 = V.Broadcast(TPooling.Start), j1 = j0, j2 = j0, j3 = j0;
                    for (int i = 0; i < planes; i++)
                    {
                        for (int j = 0; j < rows; j++)
                        {
                            float* tap = source + (i * planeStep) + (j * rowStep) + c;
                            for (int k = 0; k < columns; k++, tap += step)
                            {
                                j0 = TPooling.Join(V.Load(tap), j0);
                                j1 = TPooling.Join(V.Load(tap + V.Count), j1);
                                j2 = TPooling.Join(V.Load(tap + (2 * V.Count)), j2);
                                j3 = TPooling.Join(V.Load(tap + (3 * V.Count)), j3);
                            }
                        }
                    }

                    target.Write(TPooling.Finish(j0, counted), row, c, V.Count);
                    target.Write(TPooling.Finish(j1, counted), row, c + V.Count, V.Count);
                    target.Write(TPooling.Finish(j2, counted), row, c + (2 * V.Count), V.Count);
                    target.Write(TPooling.Finish(j3, counted), row, c + (3 * V.Count), V.Count);
                }

                while (c < channels)
                {
                    // The last register overlaps the one before; the doubled channels get the same bits twice.
                    c = Math.Min(c, channels - V.Count);
                    V joined = V.Broadcast(TPooling.Start);
                    for (int i = 0; i < planes; i++)
                    {
                        for (int j = 0; j < rows; j++)
                        {
                            float* tap = source + (i * planeStep) + (j * rowStep) + c;
                            for (int k = 0; k < columns; k++, tap += step)
                            {
                                joined = TPooling.Join(V.Load(tap), joined);
                            }
                        }
                    }

                    target.Write(TPooling.Finish(joined, counted), row, c, V.Count);
                    c += V.Count;
                }
            }
        }
    }
}
