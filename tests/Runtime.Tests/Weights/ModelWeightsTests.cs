using Xunit;

namespace MixPrec.Runtime.Tests.Weights;

public sealed unsafe class ModelWeightsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300_000)]
    public void Written_weights_are_read_from_memory_and_from_a_file(int length)
    {
        byte[] data = WeightsFiles.Data(length), file = WeightsFiles.Of(data);
        Assert.Equal(0, file.Length % 64);
        using (var weights = ModelWeights.FromMemory(file, WeightsFiles.Hash.ToUpperInvariant()))
        {
            Check(weights, data);
        }

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            using var weights = ModelWeights.FromFile(path, WeightsFiles.Hash);
            Check(weights, data);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_embedded_resource_of_the_first_version_is_read()
    {
        byte[] data = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        using var weights = ModelWeights.FromResource(typeof(ModelWeightsTests).Assembly, "MixPrec.Tests.Sound.weights", WeightsFiles.Hash);
        Check(weights, data);
        Assert.Throws<ModelWeightsMismatchException>(
            () => ModelWeights.FromResource(typeof(ModelWeightsTests).Assembly, "MixPrec.Tests.Sound.weights", WeightsFiles.OtherHash));
    }

    [Fact]
    public void Pieces_give_the_same_file()
    {
        byte[] data = WeightsFiles.Data(1000);
        Assert.Equal(WeightsFiles.Of(data), WeightsFiles.Of([data[..10], [], data[10..]]));
    }

    [Fact]
    public void Lengths_and_addresses_have_64_bits()
    {
        long length = 5_000_000_001;
        byte[] block = new byte[ModelWeightsHeader.Bytes];
        var header = new ModelWeightsHeader(WeightsFiles.Hash, ModelWeightsHeader.Bytes, length, 7);
        header.Write(block);
        Assert.Equal(64 + 5_000_000_064, header.FileBytes);
        Assert.Equal(header, ModelWeightsHeader.Read(block, header.FileBytes, "it"));
        Assert.Contains("is truncated", Assert.Throws<ModelWeightsException>(() =>
            ModelWeightsHeader.Read(block, header.FileBytes - 64, "it")).Message);
        Assert.Contains("64 bytes follow", Assert.Throws<ModelWeightsException>(() =>
            ModelWeightsHeader.Read(block, header.FileBytes + 64, "it")).Message);
        unsafe
        {
            Assert.Equal(128 + length, (long)new Pointer<byte>((byte*)128).At<float>((nint)length).Address);
        }
    }

    [Fact]
    public void Each_damage_has_its_words()
    {
        byte[] file = WeightsFiles.Of(WeightsFiles.Data(200));
        Refused(file, "is no weights file", bytes => bytes[0] = (byte)'X');
        Refused(file, "format version 2", bytes => bytes[4] = 2);
        Refused(file, "checksum of its header", bytes => bytes[48] ^= 1);
        Refused(file, "checksum of its header", bytes => bytes[20] ^= 1);
        Refused(file, "checksum of its data", bytes => bytes[64 + 199] ^= 1);
        Refused(file[..63], "is truncated", _ => { });
        Refused(file[..^64], "is truncated", _ => { });
        Refused([], "is truncated", _ => { });
        Refused([.. file, .. new byte[64]], "64 bytes follow the end", _ => { });
    }

    [Fact]
    public void A_mismatch_names_both_hashes()
    {
        var refusal = Assert.Throws<ModelWeightsMismatchException>(() =>
            ModelWeights.FromMemory(WeightsFiles.Of([1, 2, 3]), WeightsFiles.OtherHash));
        Assert.Equal(WeightsFiles.Hash, refusal.ActualPlanHash);
        Assert.Equal(WeightsFiles.OtherHash, refusal.ExpectedPlanHash);
        Assert.Contains(WeightsFiles.Hash, refusal.Message);
        Assert.Contains(WeightsFiles.OtherHash, refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void A_plan_hash_has_64_hexadecimal_digits(string hash)
    {
        Assert.Throws<ArgumentException>(() => ModelWeights.FromMemory(WeightsFiles.Of([1]), hash));
        Assert.Throws<ArgumentException>(() => new ModelWeightsWriter(Stream.Null).Complete(hash));
    }

    [Fact]
    public void Missing_sources_are_named()
    {
        var refusal = Assert.Throws<ModelWeightsException>(() =>
            ModelWeights.FromResource(typeof(ModelWeightsTests).Assembly, "no.such", WeightsFiles.Hash));
        Assert.Contains("no.such", refusal.Message);
        Assert.Throws<FileNotFoundException>(() =>
            ModelWeights.FromFile(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), WeightsFiles.Hash));
    }

    [Fact]
    public void Any_changed_byte_outside_the_padding_is_noticed()
    {
        byte[] file = WeightsFiles.Of(WeightsFiles.Data(100));
        var random = new Random(1);
        for (int at = 0; at < 64 + 100; at++)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= (byte)random.Next(1, 256);
            Assert.ThrowsAny<ModelWeightsException>(() => ModelWeights.FromMemory(damaged, WeightsFiles.Hash));
        }
    }

    /// <summary>
    /// A new file under the name, which is how builds write, is another file: what is mapped stays what it was. Windows refuses it.
    /// </summary>
    [Fact]
    public void A_file_that_is_replaced_while_it_is_mapped_changes_nothing()
    {
        byte[] before = WeightsFiles.Data(300_000), after = [.. before.Select(b => (byte)~b)];
        var folder = Directory.CreateTempSubdirectory("mixprec-weights");
        string path = Path.Combine(folder.FullName, "net.weights"), next = path + ".tmp";
        File.WriteAllBytes(path, WeightsFiles.Of(before));
        File.WriteAllBytes(next, WeightsFiles.Of(after));
        try
        {
            using (var mapped = ModelWeights.FromFile(path, WeightsFiles.Hash))
            {
                if (OperatingSystem.IsWindows())
                {
                    Assert.ThrowsAny<Exception>(() => File.Move(next, path, overwrite: true));
                    return;
                }

                File.Move(next, path, overwrite: true);
                Check(mapped, before);
                using var replaced = ModelWeights.FromFile(path, WeightsFiles.Hash);
                Check(replaced, after);
                File.Delete(path);
                Check(mapped, before);
                Check(replaced, after);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Disposed_weights_refuse_and_may_be_disposed_again()
    {
        var weights = ModelWeights.FromMemory(WeightsFiles.Of([1]), WeightsFiles.Hash);
        weights.Dispose();
        weights.Dispose();
        Assert.Throws<ObjectDisposedException>(() => weights.Data);
    }

    private static void Check(ModelWeights weights, byte[] data)
    {
        Assert.Equal(0, (nint)weights.Data.Address % 64);
        Assert.Equal(WeightsFiles.Hash, weights.PlanHash);
        Assert.Equal(data, WeightsFiles.Content(weights));
    }

    private static void Refused(byte[] file, string words, Action<byte[]> damage)
    {
        byte[] damaged = [.. file];
        damage(damaged);
        Assert.Contains(words, Assert.Throws<ModelWeightsException>(() => ModelWeights.FromMemory(damaged, WeightsFiles.Hash)).Message);
    }
}
