using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

internal readonly partial struct LinuxPages : IPages
{
    private const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;

    public static nint Allocate(nuint bytes) => Map(0, bytes, ReadWrite, PrivateAnonymous, -1, 0) is var pages && pages == -1 ? 0 : pages;

    public static bool MakeExecutable(nint pages, nuint bytes) => Protect(pages, bytes, ReadExecute) == 0;

    public static void Free(nint pages, nuint bytes) => _ = Unmap(pages, bytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
