using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>See <see cref="Quantize.ToWindows(Pointer{float}, Pointer{byte}, int, int, int, int, int, int, int, int, int, float, int, int)"/>;
/// an item is a row of windows.</summary>
/// <param name="x">Images.</param>
/// <param name="y">Windows.</param>
/// <param name="codes">Of the pixels.</param>
/// <param name="zeroPoint">What is in the padding.</param>
internal readonly unsafe struct QuantizedWindows(float* x, byte* y, StoreU8 codes, byte zeroPoint) : ISplitCode
{
    /// <summary>Pixels that are quantized before windows are made of them; no window is as long.</summary>
    private const int MostPixels = 1024;

    /// <summary>Rows of an image.</summary>
    public int Rows { get; init; }

    /// <summary>Pixels of a row.</summary>
    public int Columns { get; init; }

    /// <summary>Rows of padding above.</summary>
    public int Top { get; init; }

    /// <summary>Rows with all padding.</summary>
    public int Height { get; init; }

    /// <summary>Pixels of padding before each row.</summary>
    public int Left { get; init; }

    /// <summary>Windows of a row.</summary>
    public int Count { get; init; }

    /// <summary>Pixels from window to window.</summary>
    public int Stride { get; init; }

    /// <summary>Of a window, a multiple of four.</summary>
    public int Bytes { get; init; }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        byte* line = stackalloc byte[MostPixels];

        // Copies, because what is written might be this.
        int bytes = Bytes, stride = Stride, most = ((MostPixels - bytes) / stride) + 1;
        byte* target = y + ((nint)begin * Count * bytes);
        for (int item = begin; item < end; item++)
        {
            var (image, row) = Math.DivRem(item, Height);
            row -= Top;
            float* source = (uint)row < (uint)Rows ? x + ((((nint)image * Rows) + row) * Columns) : null;
            for (int first = 0; first < Count; first += most)
            {
                int count = Math.Min(most, Count - first);
                Line<V>(source, (first * stride) - Left, ((count - 1) * stride) + bytes, line);
                byte* window = line, last = target + (count * bytes);
                for (; target < last; window += stride, target += bytes)
                {
                    Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<uint>(window));
                    for (int i = sizeof(uint); i < bytes; i += sizeof(uint))
                    {
                        Unsafe.WriteUnaligned(target + i, Unsafe.ReadUnaligned<uint>(window + i));
                    }
                }
            }
        }
    }

    /// <summary>Quantizes some pixels of a row.</summary>
    /// <param name="source">The row; null where it is padding.</param>
    /// <param name="first">Which is the first one; before 0 and behind the last there is padding.</param>
    /// <param name="length">How many.</param>
    /// <param name="line">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Line<V>(float* source, int first, int length, byte* line)
        where V : struct, IVectorF32<V>
    {
        int begin = source == null ? length : Math.Clamp(-first, 0, length), end = Math.Clamp(Columns - first, begin, length);
        var store = codes;
        Unsafe.InitBlockUnaligned(line, zeroPoint, (uint)begin);
        for (int i = begin; i < end; i += V.Count)
        {
            int n = Math.Min(V.Count, end - i);
            V.StoreBytes(store.Quantized(V.LoadPartial(source + first + i, n)), line + i, n);
        }

        Unsafe.InitBlockUnaligned(line + end, zeroPoint, (uint)(length - end));
    }
}
