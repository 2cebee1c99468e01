using System.Diagnostics;
using System.Globalization;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// Builds with the real worker that are killed in the middle: the build alone, the worker alone, and both at once. The next build starts at
/// once, and gives the bytes of one that was never disturbed. MIXPREC_KILLS says how many; the default is few, since each costs two builds.
/// Killed are builds from the lock file, whatever it was planned for: by multiplications, which take no time to measure.
/// </summary>
public sealed class KilledBuildTests(PackedPackage package)
{
    private const string Model = """<MixedPrecisionModel Include="digits.onnx" ClassName="Net" CalibrationData="calibration.npz" ErrorBudget="0.02" Objective="Macs" />""";
    private static readonly string[] Replay = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];
    private static readonly string[] Kept = [".plan.json", ".weights", ".inputs", ".report.html"];

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("MIXPREC_KILLS") ?? "3", CultureInfo.InvariantCulture);

    [Fact]
    public async Task TheBuildAfterAKillGivesTheSameBytesAndLeavesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc and killed by their numbers");
        using var consumer = new ConsumerProject(package) { UseFakeWorker = false, Items = Model }.WriteAll();
        foreach (var (from, to) in new[] { ("models/digits.onnx", "digits.onnx"), ("data/calibration.npz", "calibration.npz") })
        {
            File.Copy(Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", from), consumer.PathTo(to));
        }

        await consumer.Restore();
        // A temporary folder of its own: others of this machine build too.
        string temporary = Directory.CreateDirectory(consumer.PathTo("temporary")).FullName;
        string[] command = ["TMPDIR=" + temporary, "dotnet", .. Replay];
        // What calibrates lies in the package folder already: planning needs no network, and gets none where the system can take it away.
        bool isCut = (await DotNet.RunProgram("unshare", consumer.Directory, "-rn", "true")).Succeeded;
        var first = isCut ? await DotNet.RunProgram("unshare", consumer.Directory, ["-rn", "env", .. command])
            : await DotNet.RunProgram("env", consumer.Directory, command);
        Assert.True(first.Succeeded, first.Output);
        string[] planned = await Contents();

        // A build that plans reads the samples, and one from the lock file does not.
        Directory.Delete(consumer.OutputDirectory, recursive: true);
        Assert.True((await DotNet.RunProgram("env", consumer.Directory, command)).Succeeded);
        string[] expected = await Contents();
        Assert.Equal(planned[..2], expected[..2]);
        Assert.Equal(planned[^1], expected[^1]);

        var random = new Random(16);
        var killed = new List<int>();
        for (int kill = 0; kill < Kills; kill++)
        {
            Directory.Delete(consumer.OutputDirectory, recursive: true);
            using (var building = DotNet.StartProgram("env", consumer.Directory, command))
            {
                var finish = DotNet.Finish(building);
                int? worker = null;
                while (!building.HasExited && (worker = WorkerOf(consumer.Directory)) is null)
                {
                    await Task.Delay(10, TestContext.Current.CancellationToken);
                }

                await Task.Delay(random.Next(1500), TestContext.Current.CancellationToken);
                if (kill % 3 != 1)
                {
                    building.Kill();
                }

                if (kill % 3 != 0 && worker is { } number)
                {
                    killed.Add(number);
                    End(number);
                }

                if (kill % 3 == 1)
                {
                    await finish;
                }
            }

            var next = await DotNet.RunProgram("env", consumer.Directory, command);
            Assert.True(next.Succeeded, $"after kill {kill}: {next.Output}");
            Assert.Equal(expected, await Contents());
            Assert.DoesNotContain(consumer.Results(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
        }

        // The runtime of a process leaves its sockets where it is killed, unless it has none.
        Assert.Empty(Directory.GetFileSystemEntries(temporary, "mixprec*"));
        Assert.Empty(killed.SelectMany(number => new[] { "dotnet-diagnostic", "clr-debug-pipe" }.SelectMany(name =>
            Directory.GetFileSystemEntries(temporary, $"{name}-{number}-*"))));

        async Task<string[]> Contents()
        {
            var files = Kept.Select(ending => Path.Combine(consumer.OutputDirectory, "Net" + ending))
                .Append(consumer.PathTo("digits.mixprec.lock.json"));
            var contents = new List<string>();
            foreach (string file in files)
            {
                contents.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                    await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))));
            }

            return [.. contents];
        }
    }

    private static void End(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            found.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>The process that runs mixprec.dll in a folder.</summary>
    private static int? WorkerOf(string directory)
    {
        foreach (string folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")) is var line && line.Contains("mixprec.dll", StringComparison.Ordinal)
                    && line.Contains(directory, StringComparison.Ordinal))
                {
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Processes end while they are looked at.
            }
        }

        return null;
    }
}
