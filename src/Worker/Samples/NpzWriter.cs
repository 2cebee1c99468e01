using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace MixPrec.Worker.Samples;

/// <summary>
/// Writes an <c>.npz</c>: a zip archive of arrays in NumPy's format (<c>.npy</c>, version 1.0), row-major and little-endian. The same
/// arrays give the same bytes.
/// </summary>
internal sealed class NpzWriter(Stream file) : IDisposable
{
    private const int Alignment = 64;

    /// <summary>The first that a zip archive can state.</summary>
    private static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _archive = new(file, ZipArchiveMode.Create, leaveOpen: true);

    /// <param name="type">As NumPy writes it, such as <c>&lt;f4</c>.</param>
    /// <param name="elements">Writes as many as the shape says.</param>
    public void Write(string name, string type, IReadOnlyList<long> shape, Action<Stream> elements)
    {
        var entry = _archive.CreateEntry(name + ".npy", CompressionLevel.Fastest);
        entry.LastWriteTime = s_noTime;
        string sizes = string.Concat(shape.Select(d => d.ToString(CultureInfo.InvariantCulture) + ", ")).TrimEnd();
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({(shape.Count > 1 ? sizes.TrimEnd(',') : sizes)}), }}";

        // Ten bytes stand before it, and a line feed ends it.
        int length = ((10 + header.Length + 1 + Alignment - 1) / Alignment * Alignment) - 10;
        using var content = entry.Open();
        content.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)length, (byte)(length >> 8)]);
        content.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        elements(content);
    }

    public void Dispose() => _archive.Dispose();
}
