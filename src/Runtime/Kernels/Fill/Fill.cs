using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>Writes zeros, and integers that follow from the dimensions of a run.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Fill
{
    /// <summary>y[i] = values[i].</summary>
    /// <param name="y">As many elements as there are <paramref name="values"/>.</param>
    /// <param name="values">The integers.</param>
    public static void Integers<T>(Pointer<T> y, ReadOnlySpan<int> values)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            y.Address[i] = T.CreateChecked(values[i]);
        }
    }

    /// <summary>y[i] = start + i · step.</summary>
    public static void Range(Pointer<long> y, int start, int step, int length)
    {
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = start + ((long)i * step);
        }
    }

    /// <summary>y[i] = 0.</summary>
    public static void Zeros<T>(Pointer<T> y, int length)
        where T : unmanaged => new Span<T>(y.Address, length).Clear();
}
