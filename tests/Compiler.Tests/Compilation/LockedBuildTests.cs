using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Emit;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>What a build does with the lock file that it finds, in each mode.</summary>
public sealed class LockedBuildTests : SmallNetworkBuild
{
    [Fact]
    public void AutoWritesALockFileThatGivesTheSameBytesWithoutData()
    {
        var planned = Build(Net.Options);
        byte[] weights = Weights.ToArray();
        Assert.Contains(Precisions(planned), p => p != "f32");
        string text = File.ReadAllText(Net.LockFile);
        var stages = new List<string>();
        foreach (var mode in new[] { BuildMode.Auto, BuildMode.Locked })
        {
            var locked = Build(Net.Options with { Mode = mode, CalibrationData = null }, stages);
            Assert.Equal(weights, Weights.ToArray());
            Assert.Equal(ModelEmitter.Emit(planned.Plan!), ModelEmitter.Emit(locked.Plan!));
            Assert.Contains(Net.LockFile, locked.InputFiles);
            Assert.Empty(locked.Diagnostics);
            AssertTellsWhatTheLockFileKnows(planned.Report, locked.Report);
        }

        Assert.DoesNotContain(stages, IsCalibration);
        Assert.Equal(text, File.ReadAllText(Net.LockFile));
    }

    [Fact]
    public void UpdateCalibratesAnewAndComesToTheSameDecisions()
    {
        Build(Net.Options);
        var before = LockFile.Read(Net.LockFile).Plans[0];
        var stages = new List<string>();
        Build(Net.Options with { Mode = BuildMode.Update }, stages);
        Assert.Contains(stages, IsCalibration);
        Assert.Equal(before.Layers, LockFile.Read(Net.LockFile).Plans[0].Layers.Select((l, i) =>
            l with { GainMicroseconds = before.Layers[i].GainMicroseconds }));
        Assert.Equal(before.Subject.ModelHash, LockFile.Read(Net.LockFile).Plans[0].Subject.ModelHash);
    }

    [Fact]
    public void AStaleLockFileIsReplacedWithAWarningInAuto()
    {
        Build(Net.Options);
        Net.Retrain();
        var result = Build(Net.Options);
        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal("MXP1104", warning.Description.Id);
        Assert.Contains("the model changed", warning.Text, StringComparison.Ordinal);
        Assert.Empty(Build(Net.Options with { CalibrationData = null }).Diagnostics);
    }

    [Fact]
    public void LockedAcceptsNothingStale()
    {
        Assert.Equal("MXP1102", Assert.Throws<MixPrecException>(() => Build(Net.Options with { Mode = BuildMode.Locked })).Description.Id);
        Build(Net.Options);
        string text = File.ReadAllText(Net.LockFile);
        var error = Assert.Throws<MixPrecException>(() => Build(Net.Options with { Mode = BuildMode.Locked, ErrorBudget = 0.02 }));
        Assert.Equal("MXP1101", error.Description.Id);
        Assert.Contains("ErrorBudget was \"0.05\" and is \"0.02\"", error.Message, StringComparison.Ordinal);
        Net.Retrain();
        Assert.Contains("the model changed", Assert.Throws<MixPrecException>(() =>
            Build(Net.Options with { Mode = BuildMode.Locked })).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Net.LockFile));
    }

    /// <summary>Two projects with different options on one model, built in turn: each keeps its own decisions.</summary>
    [Fact]
    public void OptionsHaveTheirOwnPlansAndTheFileDoesNotFlip()
    {
        var (one, two) = (Net.Options, Net.Options with { ErrorBudget = 0.02 });
        Assert.Empty(Build(one).Diagnostics);
        var added = Assert.Single(Build(two).Diagnostics);
        Assert.Equal("MXP1020", added.Description.Id);
        Assert.Contains("ErrorBudget was \"0.05\" and is \"0.02\"", added.Text, StringComparison.Ordinal);

        string text = File.ReadAllText(Net.LockFile);
        var stages = new List<string>();
        foreach (var options in new[] { one, two, one with { Mode = BuildMode.Locked }, two with { Mode = BuildMode.Locked } })
        {
            var result = Build(options, stages);
            Assert.Empty(result.Diagnostics);
            Assert.Single(result.Report.OtherPlans);
        }

        Assert.DoesNotContain(stages, IsCalibration);
        Assert.Equal(text, File.ReadAllText(Net.LockFile));

        Build(two with { Mode = BuildMode.Update });
        Assert.Empty(Build(one with { Mode = BuildMode.Locked }).Diagnostics);
    }

    /// <summary>Two projects of one solution, built at once without a lock file: one plan, made once.</summary>
    [Fact]
    public async Task BuildsOfTheSameAtOnceShipOnePlan()
    {
        var builds = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var (weights, stages) = (new MemoryStream(), new List<string>());
            var plan = ModelCompiler.Build(Net.Options, () => weights, new Stages(stages.Add),
                TestContext.Current.CancellationToken).Plan!;
            return (plan.Hash, Weights: weights.ToArray(), Calibrates: stages.Any(IsCalibration));
        })));

        Assert.Single(builds, b => b.Calibrates);
        Assert.Equal(builds[0].Hash, builds[1].Hash);
        Assert.Equal(builds[0].Weights, builds[1].Weights);
    }

    [Fact]
    public void TheFolderOfTheLockFileIsMadeOrRefusedBeforeTheCalibration()
    {
        var options = Net.Options
            with { LockFile = Path.Combine(Path.GetDirectoryName(Net.LockFile)!, "locks", "net.lock.json") };
        Build(options);
        Assert.True(File.Exists(options.LockFile));

        var stages = new List<string>();
        string folder = Path.GetDirectoryName(options.LockFile)!;
        foreach (string path in new[] { Path.Combine(options.LockFile, "below-a-file.json"), Path.Combine(folder, "a", "b", "net.json") })
        {
            var error = Assert.Throws<MixPrecException>(() => Build(Net.Options with { LockFile = path }, stages));
            Assert.Equal("MXP1021", error.Description.Id);
        }

        Assert.DoesNotContain(stages, IsCalibration);
    }

    /// <summary>A lock file was there: whoever relied on it reads why it is not used, not that data are missing.</summary>
    [Theory]
    [InlineData(null, "MXP1004")]
    [InlineData("absent.npz", "MXP1001")]
    public void MissingDataBesideALockFileSayWhyItIsNotUsed(string? data, string code)
    {
        Build(Net.Options);
        string path = Path.Combine(Path.GetDirectoryName(Net.LockFile)!, data ?? "");
        var error = Assert.Throws<MixPrecException>(() =>
            Build(Net.Options with { CalibrationData = data is null ? null : path, ErrorBudget = 0.03 }));
        Assert.Equal(code, error.Description.Id);
        Assert.Contains($"the lock file '{Net.LockFile}' does not match (", error.Message, StringComparison.Ordinal);
        Assert.Contains("ErrorBudget was \"0.05\" and is \"0.03\"", error.Message, StringComparison.Ordinal);

        File.Delete(Net.LockFile);
        Assert.DoesNotContain("match", Assert.Throws<MixPrecException>(() =>
            Build(Net.Options with { CalibrationData = data is null ? null : path })).Message, StringComparison.Ordinal);
    }

    /// <summary>Everything but what only a build that plans can know.</summary>
    private static void AssertTellsWhatTheLockFileKnows(BuildReport planned, BuildReport locked)
    {
        Assert.True(locked.IsFromLock);
        Assert.Equal((planned.MeasuredError, planned.UpperBound95, planned.HeldOutSamples, planned.Machine),
            (locked.MeasuredError, locked.UpperBound95, locked.HeldOutSamples, locked.Machine));
        Assert.Equal((planned.WeightBytes, planned.Float32WeightBytes, planned.GainUnit),
            (locked.WeightBytes, locked.Float32WeightBytes, locked.GainUnit));
        Assert.Equal(planned.Layers.Select(l => (l.Name, l.Shape, l.Precision, l.Gain, l.Macs, l.WeightBytes)),
            locked.Layers.Select(l => (l.Name, l.Shape, l.Precision, l.Gain, l.Macs, l.WeightBytes)));
        Assert.Contains("plan from the lock file", locked.Html, StringComparison.Ordinal);
        Assert.Contains("This build measured nothing", locked.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("budget met", locked.Html, StringComparison.Ordinal);
    }
}
