using System.Globalization;
using System.Security.Cryptography;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Tensor data beside the model file (ONNX "External Data"). A model is untrusted: only files inside its own folder are read,
/// after every symbolic link on the way has been followed.
/// </summary>
internal sealed class ExternalData(string modelPath)
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
    private readonly List<string> _files = [];
    private readonly Dictionary<string, MappedFile> _mapped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _checksums = new(StringComparer.Ordinal);

    /// <summary>Full paths of the files read, in order of first use.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The <paramref name="length"/> bytes of a tensor, where they lie in the mapped file.</summary>
    /// <exception cref="MixPrecException">MXP3003: the location is outside the folder, missing, or shorter than needed.</exception>
    public ReadOnlyMemory<byte> Read(TensorProto tensor, int length)
    {
        string location = tensor.ExternalData.FirstOrDefault(e => e.Key == "location")?.Value ?? "";
        string path = Resolve(tensor, location);
        long offset = Number(tensor, location, "offset") ?? 0;
        if (Number(tensor, location, "length") is { } stated && stated != length)
        {
            throw Invalid(tensor, location, $"has length {stated}, its shape needs {Counted.Format(length, "byte")}");
        }

        var file = Open(tensor, location, path);
        RequireChecksum(tensor, location, path);
        return offset <= file.Length - length ? file.Slice(offset, length)
            : throw Invalid(tensor, location, $"ends before byte {(UInt128)offset + (UInt128)length}");
    }

    private MappedFile Open(TensorProto tensor, string location, string path)
    {
        if (!_mapped.TryGetValue(path, out var file))
        {
            try
            {
                _mapped[path] = file = MappedFile.Open(path);
                _files.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Invalid(tensor, location, $"cannot be read: {e.Message.TrimEnd('.')}");
            }
        }

        return file;
    }

    /// <summary>
    /// The standard's "checksum" is the SHA-1 of the whole file, which few exporters write; other digests under this name are of no form
    /// that it knows.
    /// </summary>
    private void RequireChecksum(TensorProto tensor, string location, string path)
    {
        if (tensor.ExternalData.FirstOrDefault(e => e.Key == "checksum")?.Value is not { Length: 2 * SHA1.HashSizeInBytes } stated
            || !stated.All(char.IsAsciiHexDigit))
        {
            return;
        }

        if (!_checksums.TryGetValue(path, out string? checksum))
        {
            using var content = InputPath.OpenRead(path);
            _checksums[path] = checksum = Convert.ToHexStringLower(SHA1.HashData(content));
        }

        if (!string.Equals(stated, checksum, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(tensor, location,
                $"has the SHA-1 {checksum[..8]}… where the model states {stated[..8]}…, so it is another file or was damaged");
        }
    }

    private string Resolve(TensorProto tensor, string location)
    {
        string[] parts = location.Split('/', '\\');
        if (location.Length == 0 || Path.IsPathRooted(location) || parts.Any(p => p is "" or ".." || p.Contains(':') || p.Contains('\0')))
        {
            throw Invalid(tensor, location, "is no path inside the model's folder");
        }

        string path = Path.Combine([_folder, .. parts.Where(p => p != ".")]);
        if (!File.Exists(path))
        {
            throw Invalid(tensor, location, "does not exist");
        }

        if (!IsInside(tensor, location, path))
        {
            throw Invalid(tensor, location, "is a link that leaves the model's folder");
        }

        return path;
    }

    private bool IsInside(TensorProto tensor, string location, string path)
    {
        try
        {
            string root = WithoutLinks(_folder);
            return WithoutLinks(path).StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar,
                StringComparison.Ordinal);
        }
        catch (IOException e)
        {
            throw Invalid(tensor, location, $"cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The path with the links of every folder on it followed.</summary>
    private static string WithoutLinks(string path)
    {
        string resolved = Path.GetPathRoot(path)!;
        foreach (string part in path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(resolved, part);
            FileSystemInfo entry = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            resolved = entry.ResolveLinkTarget(returnFinalTarget: true) is { } target ? WithoutLinks(target.FullName) : next;
        }

        return resolved;
    }

    private long? Number(TensorProto tensor, string location, string key)
    {
        string? text = tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
        return text is null ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
            : throw Invalid(tensor, location, $"has the {key} '{PrintableName.Format(text)}', which is no number");
    }

    private MixPrecException Invalid(TensorProto tensor, string location, FormattableString reason) =>
        Invalid(tensor, location, FormattableString.Invariant(reason));

    private MixPrecException Invalid(TensorProto tensor, string location, string reason) =>
        new(DiagnosticCatalog.ExternalDataInvalid, modelPath, PrintableName.Format(tensor.Name), PrintableName.Format(location), reason);
}
