using System.IO.Compression;
using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Graphs;
using Xunit;

namespace MixPrec.Compiler.Tests.Data;

/// <summary>What an archive states of its entries is checked: .NET's reader leaves the checksum unread.</summary>
public sealed class ArrayArchiveTests : IDisposable
{
    private static readonly float[] s_numbers = [.. Enumerable.Range(0, 24).Select(i => (i * 0.25f) - 2)];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"arrays-{Guid.NewGuid():N}.npz");

    public void Dispose() => File.Delete(_path);

    /// <summary>The check value of ISO 3309's CRC, at each split of the text.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void TheChecksumIsThatOfArchives(int first)
    {
        byte[] text = [.. "123456789"u8];
        using var stream = new Crc32Stream(new MemoryStream(text));
        stream.ReadExactly(new byte[first]);
        stream.ReadExactly(new byte[text.Length - first]);
        Assert.Equal(0xCBF43926, stream.Checksum);
    }

    [Fact]
    public void AFileThatIsEmptyOrCutShortIsSaidInOurWords()
    {
        byte[] whole = Archive(CompressionLevel.Optimal);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..length]);
            var error = Assert.Throws<MixPrecException>(() => ArrayArchive.Read(_path));
            Assert.Equal("MXP1007", error.Description.Id);
            Assert.Contains(length == 0 ? "it is empty" : "no whole zip archive", error.Message, StringComparison.Ordinal);
            Assert.Contains("numpy.savez", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Whichever bit of the file flips: the array is as it was written, or is refused.</summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void NoFlippedBitBecomesData(CompressionLevel compression)
    {
        byte[] bytes = Archive(compression);
        int refused = 0;
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_path, bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                foreach (var array in ArrayArchive.Read(_path).Arrays.Values)
                {
                    Assert.True(array.Type == Plan.ElementType.F32 && array.Shape is [6, 4] && array.Span<float>().SequenceEqual(s_numbers),
                        $"bit {bit}");
                }
            }
            catch (MixPrecException error)
            {
                Assert.Equal("MXP1007", error.Description.Id);
                refused++;
            }
        }

        Assert.True(refused > 4 * bytes.Length, $"{refused} of {8 * bytes.Length} bits");
    }

    [Fact]
    public void ADamagedEntryIsNamedWithItsChecksums()
    {
        byte[] bytes = Archive(CompressionLevel.NoCompression);
        bytes[bytes.AsSpan().IndexOf("NUMPY"u8) + 150] ^= 4;
        File.WriteAllBytes(_path, bytes);
        var error = Assert.Throws<MixPrecException>(() => ArrayArchive.Read(_path));
        Assert.Equal("MXP1007", error.Description.Id);
        Assert.Matches("array 'x.npy': its CRC-32 is [0-9a-f]{8} and the archive states [0-9a-f]{8}, so the file was damaged after it was written", error.Message);
    }

    private static byte[] Archive(CompressionLevel compression)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("x.npy", compression).Open();
            entry.Write(NpyFile.Bytes("<f4", s_numbers, 6, 4));
        }

        return bytes.ToArray();
    }
}
