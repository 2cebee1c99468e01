using System.Buffers.Binary;
using System.IO.Compression;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>The sample that names what is in a picture, with a network and pictures of the folder of shared models.</summary>
public sealed class SamplePictureTests(PackedPackage package)
{
    private const int Side = 224, Channels = 3, Pictures = 4;
    private static readonly string s_shared = Path.GetFullPath(Path.Combine(RepositoryFolder.Root, "..", "shared"));

    [Fact]
    public async Task PicturesAreNamedAsTheirLabelsSay()
    {
        string network = Path.Combine(s_shared, "models/squeezenet1.1/model.onnx"),
            pictures = Path.Combine(s_shared, "data/imagenet-sample-test.npz");
        Assert.SkipUnless(File.Exists(network) && File.Exists(pictures), "the shared networks are not beside the repository");
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new ConsumerProject(package, "samples");
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "samples/PictureClassifier")).Where(f =>
            !f.EndsWith("nuget.config", StringComparison.Ordinal)))
        {
            folder.Write($"PictureClassifier/{Path.GetFileName(file)}", await File.ReadAllTextAsync(file, cancellation));
        }

        File.Copy(network, folder.PathTo("PictureClassifier/classifier.onnx"));
        folder.Write("nuget.config",
            $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        var build = await folder.Build("PictureClassifier/PictureClassifier.csproj", "-p:MixPrecMode=Skip",
            "-p:MixPrecPackageVersion=" + package.Version);
        Assert.True(build.Succeeded, build.Output);

        byte[] images = Entry(pictures, "image.npy"), labels = Entry(pictures, "labels.npy");
        int named = 0;
        for (int i = 0; i < Pictures; i++)
        {
            string picture = folder.PathTo($"picture{i}.bmp");
            await File.WriteAllBytesAsync(picture, Bitmap(images.AsSpan(i * Channels * Side * Side, Channels * Side * Side)), cancellation);
            var answer = await folder.Command(folder.PathTo("PictureClassifier/bin/Debug/net10.0/PictureClassifier.dll"), picture);
            Assert.True(answer.Succeeded, answer.Output);
            string[] lines = answer.Lines("class ");
            Assert.Equal(3, lines.Length);
            named += lines.Any(line => line.StartsWith(
                $"class {BinaryPrimitives.ReadInt64LittleEndian(labels.AsSpan(i * sizeof(long)))}:", StringComparison.Ordinal)) ? 1 : 0;
        }

        // 63 % of the pictures are right by the first class alone; of classes at random three would name one in 333.
        Assert.InRange(named, Pictures / 2, Pictures);
    }

    /// <summary>The elements of an array, behind its header.</summary>
    private static byte[] Entry(string archive, string name)
    {
        using var file = ZipFile.OpenRead(archive);
        using var content = file.GetEntry(name)!.Open();
        using var all = new MemoryStream();
        content.CopyTo(all);
        byte[] bytes = all.ToArray();
        return bytes[(10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)))..];
    }

    /// <summary>Planes of red, green and blue as a bitmap file: rows from below, blue first.</summary>
    private static byte[] Bitmap(ReadOnlySpan<byte> planes)
    {
        const int Header = 54;
        byte[] file = new byte[Header + (Side * Side * Channels)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), Header);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), Header - 14);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), Side);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), Side);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 8 * Channels);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                for (int c = 0; c < Channels; c++)
                {
                    file[Header + ((((Side - 1 - y) * Side) + x) * Channels) + c] = planes[((((Channels - 1 - c) * Side) + y) * Side) + x];
                }
            }
        }

        return file;
    }
}
