using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Kernels;

/// <summary>The two inner loops of copies that are worth their own code: a run, and a matrix that changes its order.</summary>
internal static unsafe class CopyBlocks
{
    /// <summary>Rows and columns of a block: 16 rows of 4-byte elements are one cache line each on either side.</summary>
    private const int Block = 16;

    /// <summary>Elements that are copied at a time to fill memory, from the first-level cache.</summary>
    private const int FillBlock = 1024;

    /// <summary>Copies <paramref name="length"/> neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(T* source, T* target, int length)
        where T : unmanaged
    {
        // Below some 8 elements the call into the memory copy costs more than the loop.
        if (length > 8)
        {
            Buffer.MemoryCopy(source, target, (long)length * sizeof(T), (long)length * sizeof(T));
            return;
        }

        for (int i = 0; i < length; i++)
        {
            target[i] = source[i];
        }
    }

    /// <summary>The same element <paramref name="length"/> times: a few one by one, which are then copied twice, four times …</summary>
    public static void Fill<T>(T* target, int length, T value)
        where T : unmanaged
    {
        if (length > Block && IsZero(value))
        {
            NativeMemory.Clear(target, (nuint)length * (nuint)sizeof(T));
            return;
        }

        int done = Math.Min(length, Block);
        for (int i = 0; i < done; i++)
        {
            target[i] = value;
        }

        for (int more; done < length; done += more)
        {
            more = Math.Min(Math.Min(done, FillBlock), length - done);
            Run(target, target + done, more);
        }
    }

    /// <summary>The same of floats, by code that is compiled ahead.</summary>
    public static void Fill(float* target, int length, float value) =>
        Fill((Bits32*)target, length, new Bits32(BitConverter.SingleToUInt32Bits(value)));

    private static bool IsZero<T>(T value)
        where T : unmanaged
    {
        int bits = 0;
        for (int i = 0; i < sizeof(T); i++)
        {
            bits |= ((byte*)&value)[i];
        }

        return bits == 0;
    }

    /// <summary>target[r·targetStride + c] = source[c·sourceStride + r], in blocks that stay in the first-level cache.</summary>
    public static void Transposed<T>(T* source, T* target, int rows, int columns, nint sourceStride, nint targetStride)
        where T : unmanaged
    {
        bool isQuick = sizeof(T) == sizeof(uint) && Vector128.IsHardwareAccelerated;
        if (isQuick && columns == 3 && targetStride == 3)
        {
            int done = Interleave3((uint*)source, (uint*)target, rows, sourceStride);
            Elements(source + done, target + (done * targetStride), rows - done, columns, sourceStride, targetStride);
            return;
        }

        for (int row = 0; row < rows; row += Block)
        {
            int height = Math.Min(Block, rows - row);
            for (int column = 0; column < columns; column += Block)
            {
                int width = Math.Min(Block, columns - column);
                T* from = source + (column * sourceStride) + row;
                T* to = target + (row * targetStride) + column;
                if (!isQuick)
                {
                    Elements(from, to, height, width, sourceStride, targetStride);
                    continue;
                }

                int quickHeight = height & ~3, quickWidth = width & ~3;
                Squares((uint*)from, (uint*)to, quickHeight, quickWidth, sourceStride, targetStride);
                Elements(from + (quickWidth * sourceStride), to + quickWidth, quickHeight, width - quickWidth, sourceStride, targetStride);
                Elements(from + quickHeight, to + (quickHeight * targetStride), height - quickHeight, width, sourceStride, targetStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Elements<T>(T* source, T* target, int rows, int columns, nint sourceStride, nint targetStride)
        where T : unmanaged
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                target[(r * targetStride) + c] = source[(c * sourceStride) + r];
            }
        }
    }

    /// <summary>A block in squares of 4 × 4 elements; <paramref name="rows"/> and <paramref name="columns"/> are multiples of 4.</summary>
    private static void Squares(uint* source, uint* target, int rows, int columns, nint sourceStride, nint targetStride)
    {
        var odd = Vector128.Create(0u, uint.MaxValue, 0u, uint.MaxValue);
        var upper = Vector128.Create(0u, 0u, uint.MaxValue, uint.MaxValue);
        for (int c = 0; c < columns; c += 4)
        {
            uint* from = source + (c * sourceStride), to = target + c;
            for (int r = 0; r < rows; r += 4, from += 4, to += 4 * targetStride)
            {
                Vector128<uint> a = Vector128.Load(from), b = Vector128.Load(from + sourceStride),
                    e = Vector128.Load(from + (2 * sourceStride)), f = Vector128.Load(from + (3 * sourceStride));
                var ab0 = Vector128.ConditionalSelect(odd, Vector128.Shuffle(b, Vector128.Create(0u, 0, 2, 2)), a);
                var ab1 = Vector128.ConditionalSelect(odd, b, Vector128.Shuffle(a, Vector128.Create(1u, 1, 3, 3)));
                var ef0 = Vector128.ConditionalSelect(odd, Vector128.Shuffle(f, Vector128.Create(0u, 0, 2, 2)), e);
                var ef1 = Vector128.ConditionalSelect(odd, f, Vector128.Shuffle(e, Vector128.Create(1u, 1, 3, 3)));
                var first = Vector128.ConditionalSelect(upper, Vector128.Shuffle(ef0, Vector128.Create(0u, 1, 0, 1)), ab0);
                var second = Vector128.ConditionalSelect(upper, Vector128.Shuffle(ef1, Vector128.Create(0u, 1, 0, 1)), ab1);
                var third = Vector128.ConditionalSelect(upper, ef0, Vector128.Shuffle(ab0, Vector128.Create(2u, 3, 2, 3)));
                var fourth = Vector128.ConditionalSelect(upper, ef1, Vector128.Shuffle(ab1, Vector128.Create(2u, 3, 2, 3)));
                *(Vector128<uint>*)to = first;
                *(Vector128<uint>*)(to + targetStride) = second;
                *(Vector128<uint>*)(to + (2 * targetStride)) = third;
                *(Vector128<uint>*)(to + (3 * targetStride)) = fourth;
            }
        }
    }

    /// <summary>Three planes to elements side by side, as of an image's colours, four pixels at once.</summary>
    /// <returns>Pixels that were written.</returns>
    private static int Interleave3(uint* planes, uint* target, int pixels, nint planeStride)
    {
        int pixel = 0;
        for (; pixel <= pixels - 4; pixel += 4, target += 12)
        {
            Vector128<uint> a = Vector128.Load(planes + pixel), b = Vector128.Load(planes + planeStride + pixel),
                c = Vector128.Load(planes + (2 * planeStride) + pixel);

            // a0 b0 c0 a1, b1 c1 a2 b2, c2 a3 b3 c3
            *(Vector128<uint>*)target = Mixed(
                Vector128.Shuffle(a, Vector128.Create(0u, 0, 0, 1)), Vector128.Shuffle(b, Vector128.Create(0u, 0, 0, 0)),
                Vector128.Shuffle(c, Vector128.Create(0u, 0, 0, 0)));
            *(Vector128<uint>*)(target + 4) = Mixed(
                Vector128.Shuffle(b, Vector128.Create(1u, 1, 1, 2)), Vector128.Shuffle(c, Vector128.Create(1u, 1, 1, 1)),
                Vector128.Shuffle(a, Vector128.Create(2u, 2, 2, 2)));
            *(Vector128<uint>*)(target + 8) = Mixed(
                Vector128.Shuffle(c, Vector128.Create(2u, 2, 2, 3)), Vector128.Shuffle(a, Vector128.Create(3u, 3, 3, 3)),
                Vector128.Shuffle(b, Vector128.Create(3u, 3, 3, 3)));
        }

        return pixel;
    }

    /// <summary>Lanes 0 and 3 of the first, 1 of the second, 2 of the third.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Mixed(Vector128<uint> outer, Vector128<uint> second, Vector128<uint> third) =>
        (outer & Vector128.Create(uint.MaxValue, 0, 0, uint.MaxValue)) | (second & Vector128.Create(0, uint.MaxValue, 0, 0))
            | (third & Vector128.Create(0, 0, uint.MaxValue, 0));
}
