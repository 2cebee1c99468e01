using System.IO.Compression;
using System.Runtime.InteropServices;

namespace DigitClassifier;

/// <summary>Reads arrays of a NumPy .npz file: a zip of .npy files, each a header in words before the raw elements.</summary>
internal static class NpzReader
{
    /// <summary>The elements of one array in the order of the file (row-major). Shape and element type are the caller's to know.</summary>
    public static T[] Read<T>(string path, string array) where T : unmanaged
    {
        using var zip = ZipFile.OpenRead(path);
        var entry = zip.GetEntry(array + ".npy") ?? throw new InvalidDataException($"'{path}' holds no array '{array}'.");
        using var content = new MemoryStream();
        using (var stream = entry.Open())
        {
            stream.CopyTo(content);
        }

        // Version 1.0: six bytes of magic, two of version, two of header length.
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        int headerLength = bytes[8] | bytes[9] << 8;
        return MemoryMarshal.Cast<byte, T>(bytes[(10 + headerLength)..]).ToArray();
    }
}
