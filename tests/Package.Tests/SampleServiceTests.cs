using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// The sample of a web service, built as a stranger builds it, under requests; the truth is the labels of its test images.
/// </summary>
public sealed class SampleServiceTests(PackedPackage package)
{
    private const int Side = 28, Requests = 20, AtOnce = 200;

    private static readonly string s_samples = Path.Combine(RepositoryFolder.Root, "samples");

    [Fact]
    public async Task TheServiceAnswersManyRequestsAtOnceAsOneByOne()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new ConsumerProject(package, "samples");
        foreach (string file in Directory.GetFiles(Path.Combine(s_samples, "DigitService")).Where(f => !f.EndsWith("nuget.config",
            StringComparison.Ordinal)))
        {
            folder.Write("DigitService/" + Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellation));
        }

        Directory.CreateDirectory(folder.PathTo("DigitClassifier/models"));
        File.Copy(Path.Combine(s_samples, "DigitClassifier/models/digits.onnx"), folder.PathTo("DigitClassifier/models/digits.onnx"));
        folder.Write("nuget.config",
            $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        var build = await folder.Build("DigitService", "-p:MixPrecMode=Skip", "-p:MixPrecPackageVersion=" + package.Version, "-o",
            folder.PathTo("out"));
        Assert.True(build.Succeeded, build.Output);

        using var process = DotNet.Start(folder.Directory, folder.PathTo("out/DigitService.dll"), "--urls", "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = new(await Address(process)) };
            var (images, labels) = TestSet();
            string[] alone = new string[Requests];
            for (int i = 0; i < Requests; i++)
            {
                alone[i] = await Ask(client, images[i]);
            }

            Assert.InRange(alone.Index().Count(a => Best(a.Item) == labels[a.Index]), Requests - 2, Requests);
            string[] together = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => Ask(client, images[i % Requests])));
            Assert.Equal(Enumerable.Range(0, AtOnce).Select(i => alone[i % Requests]), together);

            using var odd = await client.PostAsync("/digit", new ByteArrayContent([1, 2, 3]), cancellation);
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, odd.StatusCode);
            var model = await client.GetFromJsonAsync<JsonElement>("/model", cancellation);
            Assert.Equal(("DigitsNet", 8), (model.GetProperty("name").GetString(), model.GetProperty("layers").GetArrayLength()));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string> Address(System.Diagnostics.Process process)
    {
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (Regex.Match(line, @"listening on: (http://\S+)") is { Success: true } found)
            {
                return found.Groups[1].Value;
            }
        }

        throw new InvalidOperationException(string.Join('\n', said) + await process.StandardError.ReadToEndAsync());
    }

    private static async Task<string> Ask(HttpClient client, byte[] picture)
    {
        using var answer = await client.PostAsync("/digit", new ByteArrayContent(picture), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static int Best(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        Assert.Equal(3, json.RootElement.GetArrayLength());
        return json.RootElement[0].GetProperty("digit").GetInt32();
    }

    /// <summary>Images as bitmaps, and what they show.</summary>
    private static (byte[][] Images, long[] Labels) TestSet()
    {
        using var archive = ZipFile.OpenRead(Path.Combine(s_samples, "DigitClassifier/data/test.npz"));
        byte[] pixels = Elements("image.npy"), labels = Elements("labels.npy");
        return ([.. Enumerable.Range(0, Requests).Select(i => Bitmap(pixels.AsSpan(i * Side * Side, Side * Side)))],
            [.. Enumerable.Range(0, Requests).Select(i => BitConverter.ToInt64(labels, i * sizeof(long)))]);

        byte[] Elements(string name)
        {
            using var content = archive.GetEntry(name)!.Open();
            using var all = new MemoryStream();
            content.CopyTo(all);
            byte[] bytes = all.ToArray();
            return bytes[(10 + BitConverter.ToUInt16(bytes, 8))..];
        }
    }

    private static byte[] Bitmap(ReadOnlySpan<byte> grey)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("BM"u8);
        foreach (int number in new[] { 54 + (3 * grey.Length), 0, 54, 40, Side, Side, 1 | (24 << 16), 0, 3 * grey.Length, 0, 0, 0, 0 })
        {
            writer.Write(number);
        }

        for (int y = Side - 1; y >= 0; y--)
        {
            foreach (byte value in grey.Slice(y * Side, Side))
            {
                writer.Write([value, value, value]);
            }
        }

        return file.ToArray();
    }
}
