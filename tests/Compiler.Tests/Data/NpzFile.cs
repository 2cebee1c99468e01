using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace MixPrec.Compiler.Tests.Data;

/// <summary>Builds an archive as numpy writes it: format 1.0 headers padded to 64 bytes.</summary>
internal sealed class NpzFile
{
    private readonly MemoryStream _bytes = new();
    private readonly ZipArchive _archive;

    public NpzFile() => _archive = new ZipArchive(_bytes, ZipArchiveMode.Create, leaveOpen: true);

    public NpzFile Add<T>(string name, string descriptor, T[] values, params long[] shape) where T : unmanaged
    {
        using var entry = _archive.CreateEntry(name + ".npy").Open();
        string header = $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}), }}";
        header = header.PadRight((header.Length + 10) / 64 * 64 + 64 - 11) + "\n";
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
        entry.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        return this;
    }

    public byte[] Bytes()
    {
        _archive.Dispose();
        return _bytes.ToArray();
    }
}
