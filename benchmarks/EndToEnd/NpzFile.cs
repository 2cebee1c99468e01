using System.IO.Compression;
using System.Text;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>Writes arrays as NumPy's <c>savez</c> does (NPY format 1.0).</summary>
internal static class NpzFile
{
    public static void Write(string path, IEnumerable<(string Name, Tensor Array)> arrays)
    {
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            using var entry = archive.CreateEntry(name + ".npy", CompressionLevel.Fastest).Open();
            string shape = string.Concat(array.Shape.Select(d => $"{d}, "));
            string header = $"{{'descr': '{(array.Type == ElementType.F32 ? "<f4" : "<i8")}', 'fortran_order': False, 'shape': ({shape}), }}";
            // Magic, version, length and header end at a multiple of 64 bytes.
            string padded = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, (byte)(padded.Length >> 8)]);
            entry.Write(Encoding.ASCII.GetBytes(padded));
            entry.Write(array.Bytes);
        }
    }
}
