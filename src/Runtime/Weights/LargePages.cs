using System.Runtime.InteropServices;

namespace MixPrec.Runtime;

/// <summary>
/// Asks Linux for pages of 2 MB, which it gives where they are allowed (/sys/kernel/mm/transparent_hugepage/enabled) and there are any.
/// Weights are read once a run, and looking up where each small page lies takes a noticeable part of the time (decision 0674).
/// </summary>
internal static partial class LargePages
{
    /// <summary>Of a page, and the alignment of memory that has some.</summary>
    public const int Bytes = 2 << 20;

    private const int AdviceLargePages = 14;

    /// <summary>Whether so much memory is to have large pages: several of them.</summary>
    public static bool AreFor(long bytes) => bytes >= 2 * Bytes && OperatingSystem.IsLinux();

    /// <summary>For the whole pages of <paramref name="bytes"/> at an aligned address. What is refused stays as it is.</summary>
    public static void Ask(nint address, long bytes) => _ = Advise(address, (nuint)(bytes & -Bytes), AdviceLargePages);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
