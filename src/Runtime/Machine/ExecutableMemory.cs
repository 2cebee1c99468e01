using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// A copy of machine code in pages of its own, which are writable first and executable afterwards, never both. They stay until the process
/// ends.
/// </summary>
internal static unsafe partial class ExecutableMemory
{
    private const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;
    private const uint Commit = 0x3000, WindowsReadWrite = 4, WindowsReadExecute = 0x20, Release = 0x8000;

    /// <summary>The address of the copy, or 0 where the system knows no such pages or refuses them.</summary>
    public static nint Copy(ReadOnlySpan<byte> code)
    {
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux(code) : OperatingSystem.IsWindows() ? OnWindows(code) : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    private static nint OnLinux(ReadOnlySpan<byte> code)
    {
        nint memory = Map(0, (nuint)code.Length, ReadWrite, PrivateAnonymous, -1, 0);
        if (memory is 0 or -1)
        {
            return 0;
        }

        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        if (Protect(memory, (nuint)code.Length, ReadExecute) == 0)
        {
            return memory;
        }

        _ = Unmap(memory, (nuint)code.Length);
        return 0;
    }

    private static nint OnWindows(ReadOnlySpan<byte> code)
    {
        nint memory = VirtualAlloc(0, (nuint)code.Length, Commit, WindowsReadWrite);
        if (memory == 0)
        {
            return 0;
        }

        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        if (VirtualProtect(memory, (nuint)code.Length, WindowsReadExecute, out _) != 0)
        {
            return memory;
        }

        _ = VirtualFree(memory, 0, Release);
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("kernel32")]
    private static partial nint VirtualAlloc(nint address, nuint length, uint type, uint protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(nint address, nuint length, uint protection, out uint before);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(nint address, nuint length, uint type);
}
