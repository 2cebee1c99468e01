using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>Writes integers that follow from the dimensions of a run: y[i] = values[i].</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Fill
{
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
}
