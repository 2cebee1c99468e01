using System.Runtime.InteropServices;

namespace MixPrec.Worker;

/// <summary>
/// libtorch takes and gives back megabytes of memory with every operation, and glibc by default gives them back to the system, which
/// clears them page by page when they are taken again: a third of the CPU time of a plan. With these settings freed memory stays.
/// </summary>
internal static partial class NativeHeap
{
    // The parameters' numbers in malloc.h of glibc.
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;

    private const int Megabyte = 1 << 20;

    /// <summary>Freed memory that the process keeps.</summary>
    private const int Kept = 256 * Megabyte;

    /// <summary>The largest threshold that glibc takes; larger blocks still go back at once.</summary>
    private const int LargestThreshold = 32 * Megabyte;

    /// <summary>Before the first large block is taken. Does nothing where the system's library is not glibc.</summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MmapThreshold, LargestThreshold);
            _ = SetOption(TrimThreshold, Kept);
            _ = SetOption(TopPad, LargestThreshold);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl keeps what it likes.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int parameter, int value);
}
