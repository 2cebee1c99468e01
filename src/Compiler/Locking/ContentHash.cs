using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// SHA-256 over the content of files, as 64 lower-case hexadecimal digits; independent of where the files lie and when they were written.
/// </summary>
internal static class ContentHash
{
    /// <summary>The hash of several files in their order (a model, then its external data); lengths separate them.</summary>
    public static string OfFiles(IReadOnlyList<string> paths) => FromFiles(paths.Select(p => ("", p)));

    /// <summary>The hash of a file, or of all files below a folder with their names relative to it, in ordinal order.</summary>
    public static string OfFileOrFolder(string path) => !Directory.Exists(path)
        ? OfFiles([path])
        : FromFiles(InputPath.FilesBelow(path)
            .Select(file => (Name: Path.GetRelativePath(path, file).Replace('\\', '/'), file))
            .OrderBy(f => f.Name, StringComparer.Ordinal));

    private static string FromFiles(IEnumerable<(string Name, string Path)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var (name, path) in files)
        {
            using var stream = InputPath.OpenRead(path);
            Append(hash, Encoding.UTF8.GetBytes(name));
            AppendLength(hash, stream.Length);
            for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                hash.AppendData(buffer.AsSpan(0, read));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, byte[] bytes)
    {
        AppendLength(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AppendLength(IncrementalHash hash, long length)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        hash.AppendData(bytes);
    }
}
