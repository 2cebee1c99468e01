using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>The samples whose sessions remember, with the networks of the folder of shared models, both in one build.</summary>
public sealed class SampleStreamTests(PackedPackage package)
{
    private static readonly string s_shared = Path.GetFullPath(Path.Combine(RepositoryFolder.Root, "..", "shared"));

    [Fact]
    public async Task TextIsContinuedAndSpeechIsHeard()
    {
        string decoder = Path.Combine(s_shared, "models/shakespeare-gpt/model.onnx"),
            vad = Path.Combine(s_shared, "models/silero-vad-16k/model.onnx"),
            alphabet = Path.Combine(s_shared, "data/shakespeare-vocab.txt"), speech = Path.Combine(s_shared, "data/speech-segments.npz");
        Assert.SkipUnless(new[] { decoder, vad, alphabet, speech }.All(File.Exists), "the shared networks are not beside the repository");
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new ConsumerProject(package, "samples");
        foreach (string name in new[] { "TextGeneration", "VoiceDetector" })
        {
            foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "samples", name)).Where(f =>
                !f.EndsWith("nuget.config", StringComparison.Ordinal)))
            {
                folder.Write($"{name}/{Path.GetFileName(file)}", await File.ReadAllTextAsync(file, cancellation));
            }
        }

        File.Copy(decoder, folder.PathTo("TextGeneration/decoder.onnx"));
        File.Copy(vad, folder.PathTo("VoiceDetector/silero_vad.onnx"));
        folder.Write("nuget.config",
            $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        folder.Write("all.slnx", """
            <Solution><Project Path="TextGeneration/TextGeneration.csproj" /><Project Path="VoiceDetector/VoiceDetector.csproj" /></Solution>
            """);
        var build = await folder.Build("all.slnx", "-p:MixPrecMode=Skip", "-p:MixPrecPackageVersion=" + package.Version);
        Assert.True(build.Succeeded, build.Output);

        // The shared file is a text of JSON.
        folder.Write("alphabet.txt", JsonSerializer.Deserialize<string>(await File.ReadAllTextAsync(alphabet, cancellation))!);

        // A network of characters that was trained on plays writes words, line ends among them.
        var text = await folder.Command(folder.PathTo("TextGeneration/bin/Debug/net10.0/TextGeneration.dll"), "alphabet.txt", "ROMEO:",
            "100", "0");
        Assert.True(text.Succeeded, text.Output);
        Assert.StartsWith("ROMEO:", text.Output, StringComparison.Ordinal);
        Assert.InRange(text.Output.Trim().Length, 90, 120);
        Assert.Contains(" the ", text.Output, StringComparison.Ordinal);

        // A second of silence, speech, and silence again.
        string sound = folder.PathTo("talk.raw");
        await File.WriteAllBytesAsync(sound, Talk(speech), cancellation);
        var heard = await folder.Command(folder.PathTo("VoiceDetector/bin/Debug/net10.0/VoiceDetector.dll"), sound);
        Assert.True(heard.Succeeded, heard.Output);
        string[] lines = heard.Lines(" s: ");
        Assert.InRange(lines.Length, 2, 30);
        Assert.Contains("speech", lines[0], StringComparison.Ordinal);
        Assert.InRange(double.Parse(lines[0].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 0.9, 3);
        Assert.Contains("silence", lines[^1], StringComparison.Ordinal);
    }

    private static byte[] Talk(string speech)
    {
        const int Second = 16000, Seconds = 6;
        using var archive = ZipFile.OpenRead(speech);
        using var content = archive.GetEntry("input.npy")!.Open();
        using var all = new MemoryStream();
        content.CopyTo(all);
        byte[] bytes = all.ToArray();
        var frames = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8)))[..(Seconds * Second)];
        var talk = new short[Second * (Seconds + 2)];
        for (int i = 0; i < frames.Length; i++)
        {
            talk[Second + i] = (short)Math.Clamp(frames[i] * 32767, -32768, 32767);
        }

        return MemoryMarshal.AsBytes(talk.AsSpan()).ToArray();
    }
}
