using System.Runtime.InteropServices;

namespace MixPrec.Runtime;

/// <summary>Native memory aligned to 64 bytes (a cache line, and the widest vector). Freed when the last reference is released.</summary>
internal sealed unsafe class AlignedMemory : SafeHandle
{
    public const int Alignment = 64;

    private AlignedMemory() : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public byte* Address => (byte*)handle;

    /// <summary>Bytes rounded up to a multiple of 64. The result overflows, and is checked, above 2^63 - 64.</summary>
    public static long RoundUp(long bytes) => checked(bytes + (Alignment - 1)) & -Alignment;

    /// <summary>Uninitialised memory of <paramref name="bytes"/> ≥ 0 bytes.</summary>
    /// <exception cref="OutOfMemoryException">The system refuses.</exception>
    public static AlignedMemory Allocate(long bytes)
    {
        var memory = new AlignedMemory();
        bool isLarge = LargePages.AreFor(bytes);
        nuint alignment = isLarge ? (nuint)LargePages.Bytes : Alignment;
        memory.SetHandle((nint)NativeMemory.AlignedAlloc(checked((nuint)Math.Max(bytes, 1)), alignment));
        if (isLarge)
        {
            LargePages.Ask(memory.handle, bytes);
        }

        return memory;
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
