using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>Indices that come with the data of a run: whatever they are, the position that results lies on the axis.</summary>
internal static class AxisIndex
{
    /// <summary>
    /// The position that <paramref name="index"/> names on an axis of <paramref name="length"/> elements; negative ones count from its end.
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">The index is not in [-length, length).</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Resolve<TIndex>(TIndex index, int length, string kernel)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        long given = long.CreateSaturating(index);
        long position = given < 0 ? given + length : given;
        if ((ulong)position >= (ulong)length)
        {
            Refuse(given, length, kernel);
        }

        return (int)position;
    }

    [DoesNotReturn]
    private static void Refuse(long index, int length, string kernel) =>
        throw new IndexOutOfRangeException($"{kernel}: index {index} is outside an axis of {length} elements.");
}
