using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[o, i · times + r, n] = x[o, i, n] for r &lt; times: images enlarged to the nearest pixel</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Repeat
{
    /// <summary>x is dense [outer, length, inner], y [outer, length · times, inner], not the same memory.</summary>
    public static void Run<T>(Pointer<T> x, Pointer<T> y, int outer, int length, int times, int inner)
        where T : unmanaged
    {
        nint elements = (nint)outer * length;
        T* source = x.Address, target = y.Address;
        if (inner == 1 && times == 2)
        {
            Twice(source, target, elements);
            return;
        }

        for (nint i = 0; i < elements; i++, source += inner)
        {
            for (int r = 0; r < times; r++, target += inner)
            {
                CopyBlocks.Run(source, target, inner);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Twice<T>(T* source, T* target, nint length)
        where T : unmanaged
    {
        nint i = 0;
        if (Vector128.IsHardwareAccelerated && sizeof(T) == 4)
        {
            for (; i <= length - 4; i += 4)
            {
                var four = Vector128.Load((uint*)source + i);
                Vector128.Shuffle(four, Vector128.Create(0u, 0, 1, 1)).Store((uint*)target + (2 * i));
                Vector128.Shuffle(four, Vector128.Create(2u, 2, 3, 3)).Store((uint*)target + (2 * i) + 4);
            }
        }

        for (; i < length; i++)
        {
            target[2 * i] = source[i];
            target[(2 * i) + 1] = source[i];
        }
    }
}
