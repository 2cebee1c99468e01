using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Sizes that come with the data of a run.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Sizes
{
    /// <summary>The size at <paramref name="size"/>.</summary>
    /// <exception cref="ArgumentException">It is not in 0…<paramref name="most"/>.</exception>
    public static int Read(Pointer<long> size, int most) => *size.Address is var given && given >= 0 && given <= most
        ? (int)given : throw new ArgumentException($"The data gives a size of {given}, and it has to be 0 to {most}.");

    /// <summary>Refuses data for which two sizes differ that the model takes to be equal.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    public static void RequireEqual(int left, int right)
    {
        if (left != right)
        {
            throw new ArgumentException($"For this data the model combines sizes of {left} and {right}, which have to be equal.");
        }
    }
}
