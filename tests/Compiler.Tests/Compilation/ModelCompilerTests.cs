using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Emit;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Which way a compilation takes: Skip, nothing to choose, Auto, Locked and Update.</summary>
public sealed class ModelCompilerTests : IDisposable
{
    private readonly SmallNetwork _net = new();
    private MemoryStream _weights = new();

    public void Dispose() => _net.Dispose();

    [Fact]
    public void SkipIsFloatWithoutDataOrLockFile()
    {
        File.WriteAllText(_net.LockFile, "not read");
        var result = Build(_net.Options with { Mode = BuildMode.Skip, CalibrationData = null });
        Assert.Equal(["f32", "f32", "f32"], Precisions(result));
        Assert.Equal(["MXP1105"], result.Diagnostics.Select(d => d.Description.Id));
        Assert.Null(result.Lock);
        Assert.Equal("not read", File.ReadAllText(_net.LockFile));
        Assert.Equal([_net.Options.Model], result.InputFiles);
    }

    [Fact]
    public void WithoutAChoiceNothingIsCalibrated()
    {
        var options = _net.Options with { CalibrationData = null };
        var stages = new List<string>();
        foreach (var chosen in new[] { options with { Precisions = [PrecisionConfig.F32] }, options with { KeepFloat = ["*"] },
            options with { Pin = [new("*", PrecisionConfig.F32)] } })
        {
            var result = Build(chosen, stages);
            Assert.Equal(["f32", "f32", "f32"], Precisions(result));
            Assert.Empty(result.Diagnostics);
            Assert.False(File.Exists(_net.LockFile));
        }

        Assert.All(stages, s => Assert.Equal("reading the model", s));
    }

    [Fact]
    public void FirstBuildNeedsCalibrationData()
    {
        var error = Assert.Throws<MixPrecException>(() => Build(_net.Options with { CalibrationData = null }));
        Assert.Equal("MXP1004", error.Description.Id);
        Assert.Contains("(x)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AutoWritesALockFileThatGivesTheSameBytesWithoutData()
    {
        var planned = Build(_net.Options);
        byte[] weights = _weights.ToArray();
        Assert.Contains(Precisions(planned), p => p != "f32");
        string text = File.ReadAllText(_net.LockFile);
        var stages = new List<string>();
        foreach (var mode in new[] { BuildMode.Auto, BuildMode.Locked })
        {
            var locked = Build(_net.Options with { Mode = mode, CalibrationData = null }, stages);
            Assert.Equal(weights, _weights.ToArray());
            Assert.Equal(ModelEmitter.Emit(planned.Plan!), ModelEmitter.Emit(locked.Plan!));
            Assert.Contains(_net.LockFile, locked.InputFiles);
            Assert.Empty(locked.Diagnostics);
            AssertTellsWhatTheLockFileKnows(planned.Report, locked.Report);
        }

        Assert.DoesNotContain(stages, IsCalibration);
        Assert.Equal(text, File.ReadAllText(_net.LockFile));
    }

    [Fact]
    public void UpdateCalibratesAnewAndComesToTheSameDecisions()
    {
        Build(_net.Options);
        var before = LockFile.Read(_net.LockFile).Plans[0];
        var stages = new List<string>();
        Build(_net.Options with { Mode = BuildMode.Update }, stages);
        Assert.Contains(stages, IsCalibration);
        Assert.Equal(before.Layers, LockFile.Read(_net.LockFile).Plans[0].Layers.Select((l, i) =>
            l with { GainMicroseconds = before.Layers[i].GainMicroseconds }));
        Assert.Equal(before.Subject.ModelHash, LockFile.Read(_net.LockFile).Plans[0].Subject.ModelHash);
    }

    [Fact]
    public void AStaleLockFileIsReplacedWithAWarningInAuto()
    {
        Build(_net.Options);
        _net.Retrain();
        var result = Build(_net.Options);
        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal("MXP1104", warning.Description.Id);
        Assert.Contains("the model changed", warning.Text, StringComparison.Ordinal);
        Assert.Empty(Build(_net.Options with { CalibrationData = null }).Diagnostics);
    }

    [Fact]
    public void LockedAcceptsNothingStale()
    {
        Assert.Equal("MXP1102", Assert.Throws<MixPrecException>(() => Build(_net.Options with { Mode = BuildMode.Locked })).Description.Id);
        Build(_net.Options);
        string text = File.ReadAllText(_net.LockFile);
        var error = Assert.Throws<MixPrecException>(() => Build(_net.Options with { Mode = BuildMode.Locked, ErrorBudget = 0.02 }));
        Assert.Equal("MXP1101", error.Description.Id);
        Assert.Contains("ErrorBudget was \"0.05\" and is \"0.02\"", error.Message, StringComparison.Ordinal);
        _net.Retrain();
        Assert.Contains("the model changed", Assert.Throws<MixPrecException>(() =>
            Build(_net.Options with { Mode = BuildMode.Locked })).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_net.LockFile));
    }

    /// <summary>Two projects with different options on one model, built in turn: each keeps its own decisions.</summary>
    [Fact]
    public void OptionsHaveTheirOwnPlansAndTheFileDoesNotFlip()
    {
        var (one, two) = (_net.Options, _net.Options with { ErrorBudget = 0.02 });
        Assert.Empty(Build(one).Diagnostics);
        var added = Assert.Single(Build(two).Diagnostics);
        Assert.Equal("MXP1020", added.Description.Id);
        Assert.Contains("ErrorBudget was \"0.05\" and is \"0.02\"", added.Text, StringComparison.Ordinal);

        string text = File.ReadAllText(_net.LockFile);
        var stages = new List<string>();
        foreach (var options in new[] { one, two, one with { Mode = BuildMode.Locked }, two with { Mode = BuildMode.Locked } })
        {
            var result = Build(options, stages);
            Assert.Empty(result.Diagnostics);
            Assert.Single(result.Report.OtherPlans);
        }

        Assert.DoesNotContain(stages, IsCalibration);
        Assert.Equal(text, File.ReadAllText(_net.LockFile));

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
            var plan = ModelCompiler.Build(_net.Options, () => weights, new Stages(stages.Add),
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
        var options = _net.Options
            with { LockFile = Path.Combine(Path.GetDirectoryName(_net.LockFile)!, "locks", "net.lock.json") };
        Build(options);
        Assert.True(File.Exists(options.LockFile));

        var stages = new List<string>();
        string folder = Path.GetDirectoryName(options.LockFile)!;
        foreach (string path in new[] { Path.Combine(options.LockFile, "below-a-file.json"), Path.Combine(folder, "a", "b", "net.json") })
        {
            var error = Assert.Throws<MixPrecException>(() => Build(_net.Options with { LockFile = path }, stages));
            Assert.Equal("MXP1021", error.Description.Id);
        }

        Assert.DoesNotContain(stages, IsCalibration);
    }

    [Fact]
    public void OnlyTheInstructionSetThatKernelsAreForcedToCanBePlannedFor()
    {
        foreach (string unknown in new[] { "avx1024", "4", "neon" })
        {
            var refused = Assert.Throws<MixPrecException>(() => Build(_net.Options with { TargetIsa = unknown }));
            Assert.Equal("MXP1023", refused.Description.Id);
            Assert.All(InstructionSets.Available, set =>
                Assert.Contains(set.ToString().ToLowerInvariant(), refused.Message, StringComparison.Ordinal));
        }

        // This process has chosen freely, or was forced by the environment.
        string other = InstructionSets.Forced is InstructionSet.Scalar ? "vector128" : "scalar";
        Assert.Equal("MXP1030", Assert.Throws<MixPrecException>(() => Build(_net.Options with { TargetIsa = other })).Description.Id);
    }

    [Fact]
    public void CandidatesThatASetHasNoKernelForAreLeftOut()
    {
        var all = PrecisionConfig.All;
        Assert.Equal(all, TargetMachine.Worthwhile(all, hasSevenBitSums: true, hasBlockSums: true));
        Assert.Equal(["i8a7"], all.Except(TargetMachine.Worthwhile(all, false, true)).Select(p => p.Id));
        Assert.Equal(all.Where(p => p.Id.EndsWith("-i16", StringComparison.Ordinal)),
            all.Except(TargetMachine.Worthwhile(all, true, false)));
    }

    [Fact]
    public void TheLimitOfWeightsIsThatOfTheFile()
    {
        var plan = Build(_net.Options with { Precisions = [PrecisionConfig.F32] }).Plan!;
        Assert.Null(WeightLimit.Missed(_net.Options with { MaxWeightBytes = plan.WeightsLength }, plan));
        var missed = Build(_net.Options with { Precisions = [PrecisionConfig.F32], MaxWeightBytes = plan.WeightsLength - 1 });
        Assert.Null(missed.Plan);
        Assert.Equal("MXP1022", Assert.Single(missed.Diagnostics).Description.Id);
        Assert.Equal("MXP1022", missed.Report.Failure!.Id);
    }

    /// <summary>
    /// Biases, scales, padding and every other constant count in the selection: whatever the limit, the plan that is chosen keeps it when
    /// it is written, or none can.
    /// </summary>
    [Fact]
    public void EveryLimitOfWeightsThatSomePlanKeepsIsKept()
    {
        long largest = Build(_net.Options with { Precisions = [PrecisionConfig.F32] }).Plan!.WeightsLength, least = Smallest();
        foreach (long limit in new[] { largest, largest - 1, (largest + least) / 2, least + 64, least })
        {
            Assert.InRange(Written(limit)!.Plan!.WeightsLength, 1, limit);
        }

        Assert.Null(Written(least - 1));

        CompilationResult? Written(long limit)
        {
            try
            {
                var result = Build(_net.Options with { ErrorBudget = 1, MaxWeightBytes = limit });
                File.Delete(_net.LockFile);
                return result;
            }
            catch (MixPrecException error) when (error.Description.Id == "MXP4001")
            {
                return null;
            }
        }

        // The message names what the smallest plan takes.
        long Smallest() => long.Parse(
            System.Text.RegularExpressions.Regex.Match(
                Assert.Throws<MixPrecException>(() => Build(_net.Options with { ErrorBudget = 1, MaxWeightBytes = 1 })).Message,
                    "least achievable is ([0-9]+)").Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A lock file was there: whoever relied on it reads why it is not used, not that data are missing.</summary>
    [Theory]
    [InlineData(null, "MXP1004")]
    [InlineData("absent.npz", "MXP1001")]
    public void MissingDataBesideALockFileSayWhyItIsNotUsed(string? data, string code)
    {
        Build(_net.Options);
        string path = Path.Combine(Path.GetDirectoryName(_net.LockFile)!, data ?? "");
        var error = Assert.Throws<MixPrecException>(() =>
            Build(_net.Options with { CalibrationData = data is null ? null : path, ErrorBudget = 0.03 }));
        Assert.Equal(code, error.Description.Id);
        Assert.Contains($"the lock file '{_net.LockFile}' does not match (", error.Message, StringComparison.Ordinal);
        Assert.Contains("ErrorBudget was \"0.05\" and is \"0.03\"", error.Message, StringComparison.Ordinal);

        File.Delete(_net.LockFile);
        Assert.DoesNotContain("match", Assert.Throws<MixPrecException>(() =>
            Build(_net.Options with { CalibrationData = data is null ? null : path })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FewHeldOutSamplesAreAWarning()
    {
        var few = SmallNetwork.Samples(new Random(5), 1, 1);
        var result = Build(_net.Options with { ErrorBudget = 1, ValidationData = _net.WriteSamples("few", [.. few, .. few]) });
        var warning = Assert.Single(result.Diagnostics, d => d.Description.Id == "MXP1025");
        Assert.Contains("measured on 2 held-out samples, too few", warning.Text, StringComparison.Ordinal);
        File.Delete(_net.LockFile);
        Assert.DoesNotContain(Build(_net.Options).Diagnostics, d => d.Description.Id == "MXP1025");
    }

    [Fact]
    public void ACancelledBuildWritesNothing()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ModelCompiler.Build(_net.Options, () => Stream.Null, new Stages(s => CancelAt(s, "estimating", source)), source.Token));
        Assert.False(File.Exists(_net.LockFile));
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

    private static bool IsCalibration(string stage) => stage.StartsWith("calibrating activations", StringComparison.Ordinal);

    private static void CancelAt(string words, string stage, CancellationTokenSource source)
    {
        if (words.StartsWith(stage, StringComparison.Ordinal))
        {
            source.Cancel();
        }
    }

    private static IEnumerable<string> Precisions(CompilationResult result) => result.Plan!.Info.Layers.Select(l => l.Precision);

    private CompilationResult Build(CompilerOptions options, List<string>? stages = null) =>
        ModelCompiler.Build(options, () => _weights = new MemoryStream(), new Stages(s => stages?.Add(s)),
            TestContext.Current.CancellationToken);
}

/// <summary>Hears the names of the stages at once, on the compiler's thread.</summary>
internal sealed class Stages(Action<string> heard) : IProgress<BuildProgress>
{
    public static readonly Stages Unheard = new(_ => { });

    /// <summary>Each stage once: how far it is, is left out.</summary>
    public void Report(BuildProgress value)
    {
        if (value.Detail.Length == 0)
        {
            heard(value.Words);
        }
    }
}
