using System.IO.Compression;

namespace MixPrec.Compiler.Tests.Data;

/// <summary>Builds an archive of arrays as numpy writes it.</summary>
internal sealed class NpzFile
{
    private readonly MemoryStream _bytes = new();
    private readonly ZipArchive _archive;

    public NpzFile() => _archive = new ZipArchive(_bytes, ZipArchiveMode.Create, leaveOpen: true);

    public NpzFile Add<T>(string name, string descriptor, T[] values, params long[] shape) where T : unmanaged
    {
        using var entry = _archive.CreateEntry(name + ".npy").Open();
        entry.Write(NpyFile.Bytes(descriptor, values, shape));
        return this;
    }

    public byte[] Bytes()
    {
        _archive.Dispose();
        return _bytes.ToArray();
    }
}
