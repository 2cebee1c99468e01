using System.Runtime.InteropServices;
using MixPrec.Runtime;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>Operands of kernels: small floats, whose bits are small numbers as bytes or pairs of bfloat16 too.</summary>
internal static unsafe class SmallFloats
{
    /// <param name="memory">Addresses to free; their number is the seed.</param>
    public static Pointer<T> New<T>(ICollection<nint> memory, int length)
        where T : unmanaged
    {
        nuint size = (((nuint)length * (nuint)sizeof(T)) + 127) & ~(nuint)63;
        byte* address = (byte*)NativeMemory.AlignedAlloc(size, 64);
        memory.Add((nint)address);
        var random = new Random(memory.Count);
        for (nuint i = 0; i < size / 4; i++)
        {
            ((float*)address)[i] = random.NextSingle() * 0.01f;
        }

        return new((T*)address);
    }
}
