using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i] = the position k with keys[k] = x[i], or the number of keys where there is none</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class KeySearch
{
    /// <summary>Keys ascend and differ; a NaN among them comes first and is found by every NaN.</summary>
    /// <exception cref="ArgumentException">An element is none of the keys and <paramref name="required"/> says that it has to
    /// be.</exception>
    public static void Run<T>(Pointer<T> x, Pointer<T> keys, Pointer<long> y, int length, int keyCount, bool required)
        where T : unmanaged, INumber<T>
    {
        var sorted = new ReadOnlySpan<T>(keys.Address, keyCount);
        for (int i = 0; i < length; i++)
        {
            int position = sorted.BinarySearch<T, T>(x.Address[i]);
            if (position < 0 && required)
            {
                Refuse(x.Address[i], keyCount);
            }

            y.Address[i] = position < 0 ? keyCount : position;
        }
    }

    [DoesNotReturn]
    private static void Refuse<T>(T element, int keyCount) =>
        throw new ArgumentException($"KeySearch: {element} is none of the {keyCount} categories.");
}
