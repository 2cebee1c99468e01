using System.ComponentModel;
using System.IO.MemoryMappedFiles;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MixPrec.Runtime;

/// <summary>
/// The packed weights of one model, read-only and aligned to 64 bytes. Thread-safe; sessions share one instance and keep the memory alive,
/// so
/// disposing it while a session runs is harmless: the memory goes when the last session does.
/// </summary>
public sealed unsafe class ModelWeights : IDisposable
{
    private readonly SafeHandle _memory;
    private readonly byte* _data;
    private volatile bool _disposed;

    private ModelWeights(SafeHandle memory, byte* data, ModelWeightsHeader header)
    {
        _memory = memory;
        _data = data;
        Length = header.DataBytes;
        PlanHash = header.PlanHash;
    }

    /// <summary>Bytes of data, without header and padding.</summary>
    public long Length { get; }

    /// <summary>The hash of the plan these weights were packed for: 64 lower-case hexadecimal digits.</summary>
    public string PlanHash { get; }

    /// <summary>The first byte of the data, at an address divisible by 64.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Pointer<byte> Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return new Pointer<byte>(_data);
        }
    }

    // Not IsClosed of the handle: that one stays false while a session keeps the memory.
    internal bool IsDisposed => _disposed;

    /// <summary>
    /// Maps a weights file read-only: nothing is copied, and processes share the pages. The file must not be changed while it is mapped.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="planHash">64 hexadecimal digits: what the file must carry.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="ModelWeightsException">The file is no weights file, has another version, is truncated or damaged.</exception>
    /// <exception cref="ModelWeightsMismatchException">The file belongs to another plan.</exception>
    public static ModelWeights FromFile(string path, string planHash)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string origin = $"Weights file '{path}'";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        long length = file.Length;
        if (length == 0)
        {
            throw new ModelWeightsException($"{origin} is truncated: it is empty.");
        }
        using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
            leaveOpen: true);
        // The view outlives the mapping and the file; its handle alone keeps the pages.
        SafeHandle view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
        return Open(view, length, planHash, origin);
    }

    /// <summary>
    /// Copies an embedded resource once into aligned memory (resources lie at any address, with NativeAOT even at odd ones).
    /// </summary>
    /// <param name="assembly">Holds the resource.</param>
    /// <param name="name">Logical name of the resource.</param>
    /// <param name="planHash">64 hexadecimal digits: what the resource must carry.</param>
    /// <exception cref="ModelWeightsException">No such resource, or it is not sound; see <see cref="FromFile"/>.</exception>
    /// <exception cref="ModelWeightsMismatchException">The resource belongs to another plan.</exception>
    public static ModelWeights FromResource(Assembly assembly, string name, string planHash)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        string origin = $"Embedded resource '{name}' of '{assembly.GetName().Name}'";
        using Stream? stream = assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            throw new ModelWeightsException($"{origin} does not exist.");
        }
        AlignedMemory memory = AlignedMemory.Allocate(stream.Length);
        try
        {
            using var destination = new UnmanagedMemoryStream(memory.Address, 0, stream.Length, FileAccess.Write);
            stream.CopyTo(destination);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
        return Open(memory, stream.Length, planHash, origin);
    }

    /// <summary>Copies <paramref name="bytes"/>, the content of a weights file, into aligned memory.</summary>
    /// <param name="bytes">At any address; free to change afterwards.</param>
    /// <param name="planHash">64 hexadecimal digits: what the bytes must carry.</param>
    /// <exception cref="ModelWeightsException">The bytes are not sound; see <see cref="FromFile"/>.</exception>
    /// <exception cref="ModelWeightsMismatchException">The bytes belong to another plan.</exception>
    public static ModelWeights FromMemory(ReadOnlySpan<byte> bytes, string planHash)
    {
        AlignedMemory memory = AlignedMemory.Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>(memory.Address, bytes.Length));
        return Open(memory, bytes.Length, planHash, "Weights in memory");
    }

    /// <summary>Ends the use of the weights; sessions that exist can no longer run. Calling it again does nothing.</summary>
    public void Dispose()
    {
        _disposed = true;
        _memory.Dispose();
    }

    /// <summary>Keeps the memory for a session until <see cref="Release"/>, whatever happens to this object.</summary>
    internal Pointer<byte> Acquire()
    {
        bool acquired = false;
        _memory.DangerousAddRef(ref acquired);
        return new Pointer<byte>(_data);
    }

    internal void Release() => _memory.DangerousRelease();

    /// <summary>Takes over <paramref name="memory"/>: it is disposed when the check fails.</summary>
    private static ModelWeights Open(SafeHandle memory, long length, string planHash, string origin)
    {
        try
        {
            if (!BitConverter.IsLittleEndian)
            {
                throw new PlatformNotSupportedException("Weights files are little endian, and so must be the CPU.");
            }
            Kernels.KernelChoice.Require();
            string expected = ModelWeightsHeader.CheckedPlanHash(planHash);
            var bytes = (byte*)memory.DangerousGetHandle();
            ModelWeightsHeader header =
                ModelWeightsHeader.Read(new ReadOnlySpan<byte>(bytes, (int)Math.Min(length, ModelWeightsHeader.Bytes)), length, origin);
            if (header.PlanHash != expected)
            {
                throw new ModelWeightsMismatchException(origin, expected, header.PlanHash);
            }
            byte* data = bytes + header.HeaderBytes;
            if (Checksum(data, header.DataBytes) != header.DataChecksum)
            {
                throw new ModelWeightsException($"{origin} is damaged: the checksum of its data does not match.");
            }
            return new ModelWeights(memory, data, header);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static uint Checksum(byte* data, long length)
    {
        const int Piece = 1 << 30;
        uint checksum = 0;
        for (long done = 0; done < length; done += Piece)
        {
            checksum = Crc32C.Append(checksum, new ReadOnlySpan<byte>(data + done, (int)Math.Min(Piece, length - done)));
        }
        return checksum;
    }
}
