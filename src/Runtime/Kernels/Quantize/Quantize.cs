using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>Single precision to unsigned bytes: q = clamp(rint(x / scale) + zeroPoint, 0, max), NaN as 0.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Quantize
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>: a division and a rounding.</summary>
    private const int QuantizedElement = 12;

    /// <summary>
    /// Reads [rows, columns] floats; writes rows of <paramref name="columns"/> bytes, 4·ceil(columns / 4) bytes from row to row, the rest
    /// untouched.
    /// </summary>
    public static void Run(Pointer<float> x, Pointer<byte> y, int rows, int columns, float scale, int zeroPoint, int max) =>
        Run(ChosenWidths.Elements, x, y, rows, columns, scale, zeroPoint, max);

    /// <summary>
    /// Reads [images, channels, pixels] floats; writes images of <paramref name="pixels"/> pixels, each <paramref name="channels"/> bytes
    /// rounded up to a multiple of four, of which those behind the last channel hold anything.
    /// </summary>
    public static void ToChannelsLast(
        Pointer<float> x, Pointer<byte> y, int images, int channels, int pixels, float scale, int zeroPoint, int max) =>
        ToChannelsLast(ChosenWidths.Elements, x, y, images, channels, pixels, scale, zeroPoint, max);

    /// <summary>
    /// Reads images [rows, columns] of one channel; writes images [<paramref name="top"/> + rows + <paramref name="bottom"/>,
    /// <paramref name="windows"/>] of windows of ceil4(<paramref name="taps"/>) bytes: byte t of window w in row r is that of
    /// x[r − top, w · <paramref name="stride"/> − <paramref name="left"/> + t], or the zero point where x ends. Bytes behind the last tap
    /// hold anything.
    /// </summary>
    public static void ToWindows(
        Pointer<float> x, Pointer<byte> y, int images, int rows, int columns, int top, int bottom, int left, int windows, int stride,
            int taps, float scale, int zeroPoint, int max) =>
        ToWindows(ChosenWidths.Elements, images,
            new(x.Address, y.Address, new StoreU8(y, 0, scale, zeroPoint, max), (byte)zeroPoint)
            {
                Rows = rows, Columns = columns, Top = top, Height = top + rows + bottom, Left = left, Count = windows, Stride = stride,
                Bytes = PanelLayout.PaddedDepth(taps),
            });

    internal static void ToWindows(VectorWidth registers, int images, QuantizedWindows windows) =>
        VectorWidths.Run(registers, windows, images * windows.Height, (long)windows.Count * windows.Bytes * QuantizedElement);

    internal static void Run(VectorWidth registers, Pointer<float> x, Pointer<byte> y, int rows, int columns, float scale, int zeroPoint,
        int max) =>
        VectorWidths.Run(registers,
            new Rows(x.Address, columns, new StoreU8(y, PanelLayout.PaddedDepth(columns), scale, zeroPoint, max), columns),
            rows, (long)columns * QuantizedElement);

    internal static void ToChannelsLast(VectorWidth registers, Pointer<float> x, Pointer<byte> y, int images, int channels, int pixels,
        float scale, int zeroPoint, int max)
    {
        for (nint image = 0; image < images; image++)
        {
            var planes = new Planes(
                x.Address + (image * channels * pixels), y.Address + (image * pixels * PanelLayout.PaddedDepth(channels)),
                new StoreU8(y, 0, scale, zeroPoint, max), channels, pixels);
            VectorWidths.Run(registers, planes, (pixels + Planes.ItemPixels - 1) / Planes.ItemPixels,
                (long)channels * Planes.ItemPixels * QuantizedElement);
        }
    }

    /// <param name="x">Row 0.</param>
    /// <param name="pitch">Floats from row to row.</param>
    /// <param name="store">Where bytes go.</param>
    /// <param name="columns">Floats of a row.</param>
    internal readonly struct Rows(float* x, nint pitch, StoreU8 store, int columns) : ISplitCode
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var target = store;
            float* source = x + (begin * pitch);
            for (int row = begin; row < end; row++, source += pitch)
            {
                int column = 0;
                for (; column <= columns - V.Count; column += V.Count)
                {
                    target.Write(V.Load(source + column), row, column, V.Count);
                }

                if (column < columns)
                {
                    target.Write(V.LoadPartial(source + column, columns - column), row, column, columns - column);
                }
            }
        }
    }

    /// <summary>Four planes of an image at a time become the groups of four bytes of its pixels.</summary>
    private readonly struct Planes(float* planes, byte* y, StoreU8 codes, int channels, int pixels) : ISplitCode
    {
        /// <summary>Pixels of an item.</summary>
        public const int ItemPixels = 64;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var store = codes;
            int pitch = PanelLayout.PaddedDepth(channels), last = Math.Min(pixels, end * ItemPixels);
            uint* groups = stackalloc uint[V.Count];
            for (int channel = 0; channel < channels; channel += PanelLayout.ByteGroup)
            {
                float* a = planes + ((nint)channel * pixels);
                float* b = channel + 1 < channels ? a + pixels : a, c = channel + 2 < channels ? b + pixels : a;
                float* d = channel + 3 < channels ? c + pixels : a;
                for (int pixel = begin * ItemPixels; pixel < last; pixel += V.Count)
                {
                    int n = Math.Min(V.Count, last - pixel);
                    byte* first = y + ((nint)pixel * pitch) + channel;
                    V.StoreByteGroups(
                        store.Quantized(V.LoadPartial(a + pixel, n)), store.Quantized(V.LoadPartial(b + pixel, n)),
                        store.Quantized(V.LoadPartial(c + pixel, n)), store.Quantized(V.LoadPartial(d + pixel, n)),
                        pitch == PanelLayout.ByteGroup ? first : (byte*)groups, n);
                    for (int i = 0; i < n && pitch != PanelLayout.ByteGroup; i++)
                    {
                        Unsafe.WriteUnaligned(first + ((nint)i * pitch), groups[i]);
                    }
                }
            }
        }
    }
}
