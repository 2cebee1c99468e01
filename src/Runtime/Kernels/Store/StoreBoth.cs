using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Stores one result in two forms, for readers of floats and readers of bytes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StoreBoth
{
    public static StoreBoth<TFirst, TSecond> Of<TFirst, TSecond>(TFirst first, TSecond second)
        where TFirst : struct, IStore
        where TSecond : struct, IStore => new(first, second);
}

/// <inheritdoc cref="StoreBoth"/>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StoreBoth<TFirst, TSecond>(TFirst first, TSecond second) : IStore
    where TFirst : struct, IStore
    where TSecond : struct, IStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V>
    {
        first.Write(value, row, column, n);
        second.Write(value, row, column, n);
    }

    bool IStore.TryDescribe(ref MachineStore store) => first.TryDescribe(ref store) && second.TryDescribe(ref store);
}
