using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

internal readonly partial struct WindowsPages : IPages
{
    private const uint Commit = 0x3000, ReadWrite = 4, ReadExecute = 0x20, Release = 0x8000;

    public static nint Allocate(nuint bytes) => VirtualAlloc(0, bytes, Commit, ReadWrite);

    public static bool MakeExecutable(nint pages, nuint bytes) => VirtualProtect(pages, bytes, ReadExecute, out _) != 0;

    public static void Free(nint pages, nuint bytes) => _ = VirtualFree(pages, 0, Release);

    [LibraryImport("kernel32")]
    private static partial nint VirtualAlloc(nint address, nuint length, uint type, uint protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(nint address, nuint length, uint protection, out uint before);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(nint address, nuint length, uint type);
}
