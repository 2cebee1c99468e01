using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Tests;

/// <summary>Linux system calls on pages of memory.</summary>
internal static class Pages
{
    [DllImport("libc", EntryPoint = "mmap")]
    public static extern nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    public static extern int Protect(nint address, nuint length, int protection);
}
