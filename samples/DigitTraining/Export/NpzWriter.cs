using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace DigitTraining.Export;

/// <summary>
/// Writes NumPy's .npz: a zip file of .npy arrays, each a magic number, a header in words and the raw little-endian elements
/// (numpy.lib.format, version 1.0). Entries carry a fixed date, so the same arrays give the same bytes.
/// </summary>
internal sealed class NpzWriter(string path) : IDisposable
{
    private readonly ZipArchive _zip = new(File.Create(path), ZipArchiveMode.Create);

    public void Add(string name, byte[] values, params ReadOnlySpan<int> shape) => Add(name, "|u1", values, shape);

    public void Add(string name, float[] values, params ReadOnlySpan<int> shape) =>
        Add(name, "<f4", MemoryMarshal.AsBytes<float>(values), shape);

    public void Add(string name, long[] values, params ReadOnlySpan<int> shape) =>
        Add(name, "<i8", MemoryMarshal.AsBytes<long>(values), shape);

    private void Add(string name, string elementType, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> shape)
    {
        var entry = _zip.CreateEntry(name + ".npy", CompressionLevel.SmallestSize);
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(Header(elementType, shape));
        stream.Write(bytes);
    }

    /// <summary>
    /// Magic, version 1.0, a two-byte length and the header, padded with spaces so that the elements begin at a multiple of 64.
    /// </summary>
    private static byte[] Header(string elementType, ReadOnlySpan<int> shape)
    {
        string sizes = string.Join(", ", shape.ToArray()) + (shape.Length == 1 ? "," : "");
        string text = $"{{'descr': '{elementType}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int length = (10 + text.Length + 1 + 63) / 64 * 64 - 10;
        text = text.PadRight(length - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text)];
    }

    public void Dispose() => _zip.Dispose();
}
