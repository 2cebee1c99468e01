namespace MixPrec.Runtime.Machine;

/// <summary>
/// A copy of machine code in pages of its own, which are writable first and executable afterwards, never both. They stay until the process
/// ends.
/// </summary>
internal static unsafe class ExecutableMemory
{
    /// <summary>The address of the copy, or 0 where the system knows no such pages or refuses them.</summary>
    public static nint Copy(ReadOnlySpan<byte> code)
    {
        try
        {
            return OperatingSystem.IsLinux() ? Copy<LinuxPages>(code) : OperatingSystem.IsWindows() ? Copy<WindowsPages>(code) : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    internal static nint Copy<TPages>(ReadOnlySpan<byte> code)
        where TPages : struct, IPages
    {
        nuint bytes = (nuint)code.Length;
        nint pages = TPages.Allocate(bytes);
        if (pages == 0)
        {
            return 0;
        }

        code.CopyTo(new Span<byte>((void*)pages, code.Length));
        if (TPages.MakeExecutable(pages, bytes))
        {
            return pages;
        }

        TPages.Free(pages, bytes);
        return 0;
    }
}
