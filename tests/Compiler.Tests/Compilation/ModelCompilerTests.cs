using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Precision;
using MixPrec.Emit;
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
        foreach (var chosen in new[] { options with { Precisions = [PrecisionConfig.F32] }, options with { KeepFloat = ["*"] }, options with { Pin = [new("*", PrecisionConfig.F32)] } })
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
        }

        Assert.DoesNotContain("calibrating activations", stages);
        Assert.Equal(text, File.ReadAllText(_net.LockFile));
    }

    [Fact]
    public void UpdateCalibratesAnewAndComesToTheSameDecisions()
    {
        Build(_net.Options);
        var before = LockFile.Read(_net.LockFile);
        var stages = new List<string>();
        Build(_net.Options with { Mode = BuildMode.Update }, stages);
        Assert.Contains("calibrating activations", stages);
        Assert.Equal(before.Layers, LockFile.Read(_net.LockFile).Layers.Select((l, i) => l with { GainMicroseconds = before.Layers[i].GainMicroseconds }));
        Assert.Equal(before.Subject.ModelHash, LockFile.Read(_net.LockFile).Subject.ModelHash);
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
        Assert.Contains("the model changed", Assert.Throws<MixPrecException>(() => Build(_net.Options with { Mode = BuildMode.Locked })).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_net.LockFile));
    }

    [Fact]
    public void ACancelledBuildWritesNothing()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => ModelCompiler.Build(_net.Options, () => Stream.Null, new Stages(s => CancelAt(s, "estimating", source)), source.Token));
        Assert.False(File.Exists(_net.LockFile));
    }

    private static void CancelAt(string words, string stage, CancellationTokenSource source)
    {
        if (words.StartsWith(stage, StringComparison.Ordinal))
        {
            source.Cancel();
        }
    }

    private static IEnumerable<string> Precisions(CompilationResult result) => result.Plan!.Info.Layers.Select(l => l.Precision);

    private CompilationResult Build(CompilerOptions options, List<string>? stages = null) =>
        ModelCompiler.Build(options, () => _weights = new MemoryStream(), new Stages(s => stages?.Add(s)), TestContext.Current.CancellationToken);
}

/// <summary>Hears the names of the stages at once, on the compiler's thread.</summary>
internal sealed class Stages(Action<string> heard) : IProgress<BuildProgress>
{
    public static readonly Stages Unheard = new(_ => { });

    public void Report(BuildProgress value) => heard(value.Words);
}
