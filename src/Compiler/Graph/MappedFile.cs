using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MixPrec.Compiler.Graphs;

/// <summary>A file as read-only memory: nothing is copied, and the system takes pages back when it needs room.</summary>
/// <remarks>
/// Spans over the pages keep nothing alive, so that a file which is not disposed stays mapped until the process ends: it costs addresses,
/// no memory. Whoever cuts the file short meanwhile ends the process; a build's process holds one model and nothing else.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly SafeMemoryMappedViewHandle? _view;
    private readonly byte* _first;

    private MappedFile(SafeMemoryMappedViewHandle? view, long length)
    {
        (_view, Length) = (view, length);
        _view?.AcquirePointer(ref _first);
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static MappedFile Open(string path)
    {
        if (InputPath.LengthOf(path) == 0)
        {
            return new(null, 0);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.Length == 0)
        {
            return new(null, 0);
        }

        using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
            leaveOpen: true);
        return new(mapping.CreateViewAccessor(0, file.Length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle, file.Length);
    }

    /// <summary>The <paramref name="length"/> bytes from <paramref name="offset"/> on, at any address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such bytes.</exception>
    public ReadOnlyMemory<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return length == 0 ? default : new Pages(_first + offset, length).Memory;
    }

    /// <summary>Ends the mapping: no slice may be used any more.</summary>
    public void Dispose()
    {
        _view?.ReleasePointer();
        _view?.Dispose();
    }

    private sealed class Pages(byte* first, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(first, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(first + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
