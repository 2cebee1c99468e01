using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// Folders that cannot be written and disks without room, in a mount namespace of the test's own: one line with a code, at once, and
/// never a stack of the task or a fault of the program.
/// </summary>
public sealed class RefusedFileTests(PackedPackage package)
{
    private const string Replay = "exec dotnet msbuild -t:MixPrecReplay -nodeReuse:false -p:MixPrecTimeoutSeconds=600";
    private const string ReadOnly = "mount --bind obj/mixprec obj/mixprec && mount -o remount,ro,bind obj/mixprec && ";

    [Fact]
    public async Task AFolderThatIsOnlyReadIsSaidAtOnceAndIsNoOtherBuild()
    {
        await SkipWithoutNamespaces();
        using var consumer = new ConsumerProject(package).WriteAll();
        await consumer.Restore();
        Directory.CreateDirectory(consumer.OutputDirectory);
        AssertRefused(await Mounted(consumer, ReadOnly + Replay));

        // The guard alone stands between the build and the worker now.
        Assert.True((await Mounted(consumer, Replay)).Succeeded);
        consumer.Write("digits.onnx", "changed");
        File.Delete(Path.Combine(consumer.OutputDirectory, "Digits.guard"));
        AssertRefused(await Mounted(consumer, ReadOnly + Replay));
        Assert.Single(consumer.WorkerStarts());
    }

    /// <summary>The disk is full at the first file, at the job, at the weights, at the diagnostics that say so.</summary>
    [Fact]
    public async Task AFullDiskIsOneLineWhereverItIsMet()
    {
        await SkipWithoutNamespaces();
        using var consumer = new ConsumerProject(package)
        {
            UseFakeWorker = false, Items = """<MixedPrecisionModel Include="digits.onnx" />""", Properties = "<MixPrecMode>Skip</MixPrecMode>",
        }.WriteAll();
        File.Copy(Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", "models", "digits.onnx"), consumer.PathTo("digits.onnx"));
        await consumer.Restore();
        Directory.CreateDirectory(consumer.OutputDirectory);
        foreach (int size in new[] { 4, 8, 12, 16, 20, 28, 40 })
        {
            var build = await Mounted(consumer, $"mount -t tmpfs -o size={size}k none obj/mixprec && " + Replay);
            AssertRefused(build, $"{size} KB: ");
        }
    }

    private static void AssertRefused(CommandResult build, string when = "")
    {
        Assert.False(build.Succeeded, when + build.Output);
        string[] errors = build.Lines(" error ");
        Assert.True(errors.Length == 1, when + build.Output);
        Assert.True(errors[0].Contains("MXP1080", StringComparison.Ordinal) || errors[0].Contains("MXP1040", StringComparison.Ordinal),
            when + errors[0]);
        Assert.True(errors[0].Contains("Read-only file system", StringComparison.Ordinal)
            || errors[0].Contains("No space left on device", StringComparison.Ordinal), when + errors[0]);
        Assert.DoesNotContain("MSB4018", build.Output, StringComparison.Ordinal);
    }

    private static Task<CommandResult> Mounted(ConsumerProject consumer, string command) =>
        DotNet.RunProgram("unshare", consumer.Directory, "-rm", "sh", "-c", command);

    private static async Task SkipWithoutNamespaces()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare"), "no mount namespaces");
        Assert.SkipUnless((await DotNet.RunProgram("unshare", Path.GetTempPath(), "-rm", "sh", "-c", "mount -t tmpfs none /mnt")).Succeeded,
            "this user may not mount");
    }
}
