using System.Globalization;
using System.IO.Compression;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Data.Npy;

/// <summary>The named arrays of an .npz file or of a folder of .npy files.</summary>
internal sealed record ArrayArchive(IReadOnlyDictionary<string, Tensor> Arrays, IReadOnlyList<string> Files)
{
    /// <summary>All arrays of a file together; larger data would not fit beside their copies in the input's type.</summary>
    public const long LargestTotal = 2L << 30;

    /// <summary>Deflate cannot expand further than this; an entry that claims more lies about its size.</summary>
    private const long LargestRatio = 1032;

    private const string Extension = ".npy";

    /// <exception cref="MixPrecException">The path does not exist, or a file is damaged, unsupported or too large.</exception>
    public static ArrayArchive Read(string path)
    {
        bool isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
        {
            throw new MixPrecException(DiagnosticCatalog.FileNotFound, path, "The data file", path);
        }

        try
        {
            return isFolder ? ReadFolder(path) : ReadZip(path);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException or UnauthorizedAccessException)
        {
            throw new MixPrecException(DiagnosticCatalog.DataInvalid, path, path, e.Message.TrimEnd('.'));
        }
    }

    private static ArrayArchive ReadZip(string path)
    {
        using var file = InputPath.OpenRead(path);
        using var zip = Open(file);
        var arrays = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        long total = 0;
        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(Extension, StringComparison.Ordinal)))
        {
            total = Admit(total, entry.Length);
            if (entry.Length / LargestRatio > entry.CompressedLength)
            {
                throw new InvalidDataException(
                    $"'{entry.FullName}' claims {Counted.Format(entry.Length, "byte")} from {entry.CompressedLength} compressed ones");
            }

            Add(arrays, entry.FullName, () => ReadEntry(entry));
        }

        return new ArrayArchive(arrays, [Path.GetFullPath(path)]);
    }

    /// <summary>.NET's reader names a record of the format that is missing, which helps nobody.</summary>
    private static ZipArchive Open(Stream file)
    {
        const string Expected = "an .npz file is a zip archive of .npy arrays, as numpy.savez writes it";
        if (file.Length == 0)
        {
            throw new InvalidDataException($"it is empty, or no ordinary file; {Expected}");
        }

        try
        {
            var zip = new ZipArchive(file, ZipArchiveMode.Read);
            _ = zip.Entries;
            return zip;
        }
        catch (InvalidDataException)
        {
            throw new InvalidDataException(
                $"its {Counted.Format(file.Length, "byte")} are no whole zip archive: it was cut short, or has another format; {Expected}");
        }
    }

    private static ArrayArchive ReadFolder(string path)
    {
        var arrays = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        string[] files = [.. Directory.GetFiles(path, "*" + Extension).Order(StringComparer.Ordinal)];
        long total = 0;
        foreach (string file in files)
        {
            using var stream = InputPath.OpenRead(file);
            total = Admit(total, stream.Length);
            Add(arrays, Path.GetFileName(file), () => NpyReader.Read(stream, stream.Length));
        }

        return files.Length == 0
            ? throw new InvalidDataException(
                $"the folder holds no {Extension} files; of images, sounds or text mixprec calibrate-data makes data")
            : new ArrayArchive(arrays, [.. files.Select(Path.GetFullPath)]);
    }

    private static long Admit(long total, long more) => total + more is var sum && sum <= LargestTotal
        ? sum : throw new InvalidDataException($"it holds more than {LargestTotal >> 30} GiB of arrays");

    /// <summary>
    /// What an entry that is damaged looks like says nothing: its checksum is named before whatever else is wrong with it.
    /// </summary>
    private static Tensor ReadEntry(ZipArchiveEntry entry)
    {
        using var content = new Crc32Stream(ContentOf(entry));
        try
        {
            var array = NpyReader.Read(content, entry.Length);
            RequireChecksum(entry, content);
            return array;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            RequireChecksum(entry, content);
            throw;
        }
    }

    private static Stream ContentOf(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        catch (InvalidDataException)
        {
            throw new InvalidDataException(
                "the archive does not hold its content where its directory says, or compressed it in another way than Deflate");
        }
    }

    private static void RequireChecksum(ZipArchiveEntry entry, Crc32Stream content)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (content.BytesRead <= entry.Length && content.Read(buffer) > 0)
            {
            }
        }
        catch (InvalidDataException)
        {
            throw new InvalidDataException("its compressed bytes are damaged");
        }

        if (content.Checksum != entry.Crc32)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"its CRC-32 is {content.Checksum:x8} and the archive states {entry.Crc32:x8}, ")
                + "so the file was damaged after it was written");
        }
    }

    private static void Add(SortedDictionary<string, Tensor> arrays, string file, Func<Tensor> read)
    {
        try
        {
            if (!arrays.TryAdd(file[..^Extension.Length], read()))
            {
                throw new InvalidDataException("it is there twice");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"array '{file}': {(e is EndOfStreamException ? "it ends early" : e.Message)}", e);
        }
    }
}
