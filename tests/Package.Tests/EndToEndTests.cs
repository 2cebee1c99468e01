using System.Runtime.InteropServices;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// The whole way: an item, the real worker, the generator, and the application that a user runs, just in time and ahead of time. The truth
/// is the labels of the test images and, for the two ways to compile, the bits of every output.
/// </summary>
public sealed class EndToEndTests(PackedPackage package)
{
    private const string Items = """
        <MixedPrecisionModel Include="digits.onnx" ClassName="DigitsNet" CalibrationData="calibration.npz" ErrorBudget="0.03" Precisions="f32;i8" Pin="/pointwise/Conv=i8" LockFile="mixed.lock.json" />
        <MixedPrecisionModel Include="digits.onnx" ClassName="DigitsNetFloat" CalibrationData="calibration.npz" KeepFloat="*" />
        """;

    private const string Program = """
        using System.Security.Cryptography;
        using System.Runtime.InteropServices;
        using DigitClassifier;

        float[] images = Array.ConvertAll(NpzReader.Read<byte>(args[0], "image"), grey => grey / 255f);
        long[] labels = NpzReader.Read<long>(args[0], "labels");
        using var mixed = Consumer.DigitsNet.Load();
        using var float32 = Consumer.DigitsNetFloat.Load();
        Report("fp32", float32.Run);
        Report("mixed", mixed.Run);
        Console.WriteLine("precisions " + string.Join(' ', Consumer.DigitsNet.Info.Layers.Select(l => l.Precision)));

        void Report(string name, Network network)
        {
            var logits = new float[labels.Length * 10];
            network(images.AsSpan(0, 784), logits.AsSpan(0, 10));
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < labels.Length; i++)
            {
                network(images.AsSpan(i * 784, 784), logits.AsSpan(i * 10, 10));
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            int right = Enumerable.Range(0, labels.Length).Count(i => Array.IndexOf(logits, logits[(i * 10)..((i * 10) + 10)].Max(), i * 10) == (i * 10) + (int)labels[i]);
            Console.WriteLine($"{name} accuracy {(double)right / labels.Length:F4} allocated {allocated} bits {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(logits.AsSpan())))}");
        }

        internal delegate void Network(ReadOnlySpan<float> image, Span<float> logits);
        """;

    private static string Sample(string file) => Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", file);

    [Fact]
    public async Task FromAnItemToAnApplicationThatRunsJustInTimeAndAheadOfTime()
    {
        using var consumer = new ConsumerProject(package)
        {
            UseFakeWorker = false,
            Items = Items,
            Properties = "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization>",
        }.WriteAll();
        consumer.Write("Program.cs", Program);
        File.Copy(Sample("NpzReader.cs"), consumer.PathTo("NpzReader.cs"));
        File.Copy(Sample("models/digits.onnx"), consumer.PathTo("digits.onnx"));
        File.Copy(Sample("data/calibration.npz"), consumer.PathTo("calibration.npz"));

        var build = await consumer.Build("-c", "Release");
        Assert.True(build.Succeeded, build.Output);
        string output = consumer.PathTo("bin/Release/net10.0");
        Assert.Equal(["Consumer.dll", "MixPrec.Runtime.dll", "System.Numerics.Tensors.dll"],
            Directory.GetFiles(output, "*.dll", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(output, path))
                .Where(path => path != AheadLibraryTests.Linux).Order(StringComparer.Ordinal));

        var justInTime = await consumer.Command(Path.Combine(output, "Consumer.dll"), Sample("data/test.npz"));
        Assert.True(justInTime.Succeeded, justInTime.Output);
        double float32 = Accuracy(justInTime, "fp32"), mixed = Accuracy(justInTime, "mixed");
        Assert.True(float32 > 0.97 && Math.Abs(mixed - float32) < 0.005, justInTime.Output);
        Assert.All(justInTime.Lines("accuracy"), line => Assert.Contains(" allocated 0 ", line, StringComparison.Ordinal));
        Assert.Contains(" i8", Assert.Single(justInTime.Lines("precisions")), StringComparison.Ordinal);

        // What was decided stands in the lock files now, so that publishing calibrates nothing.
        string? linker = Linker();
        Assert.SkipWhen(linker is null, "compiling ahead of time needs clang or gcc, and there is neither");
        var publish = await consumer.Command("publish", "-c", "Release", "-p:PublishAot=true", "-p:MixPrecMode=Locked",
            $"-p:CppCompilerAndLinker={linker}", "-o", consumer.PathTo("published"));
        Assert.True(publish.Succeeded, publish.Output);
        Assert.NotEmpty(publish.Lines("x86-64-v3").Concat(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? [] : [""]));
        var aheadOfTime = await DotNet.RunProgram(consumer.PathTo("published/Consumer"), consumer.Directory, Sample("data/test.npz"));
        Assert.True(aheadOfTime.Succeeded, aheadOfTime.Output);
        Assert.Equal(justInTime.Output.Trim(), aheadOfTime.Output.Trim());
    }

    private static double Accuracy(CommandResult result, string name)
    {
        string[] words = Assert.Single(result.Lines(name + " accuracy")).Split(' ');
        return double.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string? Linker() => !OperatingSystem.IsLinux() ? null
        : new[] { "clang", "gcc" }.FirstOrDefault(name => Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, name))));
}
