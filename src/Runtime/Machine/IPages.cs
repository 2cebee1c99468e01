namespace MixPrec.Runtime.Machine;

/// <summary>Pages of memory, as one operating system has them. None of this throws; what is refused is 0 or false.</summary>
internal interface IPages
{
    /// <summary>Readable and writable pages of at least <paramref name="bytes"/> bytes, or 0.</summary>
    static abstract nint Allocate(nuint bytes);

    /// <summary>They can be read and executed from now on, and no longer written.</summary>
    static abstract bool MakeExecutable(nint pages, nuint bytes);

    static abstract void Free(nint pages, nuint bytes);
}
