using System.Text.Json;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary>Two lock files whose differences the test has made itself.</summary>
public sealed class DiffCommandTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-diff");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void TheSameIsSaidToBeTheSame()
    {
        var (exit, text, _) = Diff([Plan()], [Plan()]);
        Assert.Equal(WorkerExitCode.Done, exit);
        Assert.Equal($"plan {Plan().Subject.Key}, net.onnx: the same decisions\n", text);
    }

    /// <summary>Numbers that differ do not make other code.</summary>
    [Fact]
    public void OtherTimesAreShownAndAreNoOtherDecision()
    {
        var (exit, text, _) = Diff([Plan()], [Plan() with { Numbers = Plan().Numbers with { MeasuredMicroseconds = 5 } }]);
        Assert.Equal(WorkerExitCode.Done, exit);
        Assert.Matches("(?m)^time measured +10.0 µs +5 µs|^time measured +10.0 µs +5.00 µs +−50 %$", text);
        Assert.Matches("(?m)^as fast as fp32 +2.00× +4.00× +\\+100 %$", text);
    }

    /// <summary>As a build says of the same file.</summary>
    [Fact]
    public void AnEditedPlanIsSaidToBeOne()
    {
        var (exit, text, _) = Diff([Plan()], [Plan() with { EditedFrom = new string('0', 64), Layers = [.. Plan().Layers.Select((l, i) =>
            i == 0 ? l with { Precision = PrecisionConfig.BF16 } : l)] }]);
        Assert.Equal(WorkerExitCode.NotVerified, exit);
        Assert.Contains("because the new file was edited since it was planned, and no build takes it\n", text, StringComparison.Ordinal);
        Assert.Matches("(?m) edited$", text);
    }

    [Fact]
    public void WhatChangedIsNamedWithItsCause()
    {
        var now = Plan(("ErrorBudget", "0.02"), ("KeepFloat", "x;b*"), ("Pin", "c=bf16"), ("Precisions", "f32;i8")) with
        {
            Layers = [Layer("a", PrecisionConfig.F32), Layer("b", PrecisionConfig.F32), Layer("c", PrecisionConfig.BF16),
                Layer("d", PrecisionConfig.I8), Layer("e", PrecisionConfig.I8, highest: 1.5f), Layer("new", PrecisionConfig.I8)],
        };
        now = now with { Subject = now.Subject with { ModelHash = new string('b', 64), TimingHash = new string('c', 64) } };
        var (exit, text, _) = Diff([Plan()], [now]);
        Assert.Equal(WorkerExitCode.NotVerified, exit);
        Assert.Contains("6 of 6 layers changed precision; 5 of 6 not in fp32 then, 4 of 6 not in fp32 now", text, StringComparison.Ordinal);
        Assert.Contains("because the model changed (sha256 aaaaaaaa… is now bbbbbbbb…)\n", text, StringComparison.Ordinal);
        Assert.Contains("    and it was made without timing table\n", text, StringComparison.Ordinal);
        Assert.Contains("    and ErrorBudget was \"0.01\" and is \"0.02\"\n", text, StringComparison.Ordinal);
        foreach (string line in new[]
        {
            "a +i8 +f32 +2.00 µs → 2.00 µs +its gain is no more worth its error", "b +i8 +f32 .+KeepFloat=\"b\\*\"",
            "c +i8 +bf16 .+Pin=\"c=bf16\"", "d +bf16 +i8 .+Precisions leaves bf16 out", "new +– +i8 .+the model has it now",
            "old +f32 +– .+the model had it",
        })
        {
            Assert.Matches($"(?m)^{line}$", text);
        }

        Assert.Contains("The range of 1 layer moved, e most: by 33 % of its width.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAnotherInputItIsTheMeasurement()
    {
        var now = Plan() with { Layers = [Layer("a", PrecisionConfig.F32), .. Plan().Layers.Skip(1)] };
        Assert.Matches("(?m)^a +i8 +f32 .+other measured times$", Diff([Plan()], [now]).Out);
    }

    [Fact]
    public void PlansArePairedByWhatTheyAreFor()
    {
        LockedPlan one = Plan(("ErrorBudget", "0.02")), two = Plan(("ErrorBudget", "0.03")), three = Plan(("ErrorBudget", "0.04"));
        var (exit, text, _) = Diff([one, two], [two, three]);
        Assert.Equal(WorkerExitCode.NotVerified, exit);
        Assert.Contains($"plan {one.Subject.Key}, net.onnx: removed, 5 of 6 not in fp32\n", text, StringComparison.Ordinal);
        Assert.Contains($"plan {two.Subject.Key}, net.onnx: the same decisions\n", text, StringComparison.Ordinal);
        Assert.Contains($"plan {three.Subject.Key}, net.onnx: added, 5 of 6 not in fp32\n", text, StringComparison.Ordinal);
        Assert.Equal(WorkerExitCode.Done, Diff([one, two], [two, three], "--plan-key", two.Subject.Key).Exit);
        Assert.Equal(WorkerExitCode.Usage, Diff([one, two], [two, three], "--plan-key", "none").Exit);
    }

    [Fact]
    public void AsJsonItIsOneObject()
    {
        var now = Plan() with { Layers = [Layer("a", PrecisionConfig.F32), .. Plan().Layers.Skip(1)] };
        using var json = JsonDocument.Parse(Diff([Plan()], [now], "--json").Out);
        Assert.False(json.RootElement.GetProperty("same").GetBoolean());
        var plan = json.RootElement.GetProperty("plans")[0];
        Assert.Equal("changed", plan.GetProperty("change").GetString());
        var layer = plan.GetProperty("layers")[0];
        Assert.Equal(("a", "i8", "f32"), (layer.GetProperty("name").GetString(), layer.GetProperty("was").GetString(),
            layer.GetProperty("is").GetString()));
        Assert.Equal(2, plan.GetProperty("numbers").GetProperty("speedup").GetProperty("was").GetDouble());
    }

    [Fact]
    public void WhatIsNoLockFileIsOneLine()
    {
        File.WriteAllText(At("new"), "{}");
        LockFile.Put(At("old"), Plan(), TestContext.Current.CancellationToken);
        Assert.Contains("MXP1103", Run(At("old"), At("new")).Error, StringComparison.Ordinal);
        Assert.Contains("MXP1001", Run(At("old"), At("nowhere")).Error, StringComparison.Ordinal);
        Assert.Contains("NEW is missing", Run(At("old")).Error, StringComparison.Ordinal);
    }

    private static LockedLayer Layer(string name, PrecisionConfig precision, float highest = 1) => new(name, "MatMul", precision,
        precision.QuantizesActivations ? new ActivationRange(0, highest) : null, 1e-6, 2);

    private static LockedPlan Plan(params (string Name, string Value)[] options) => new(
        new LockSubject(new string('a', 64), null, null,
            [.. (options.Length > 0 ? options : [("ErrorBudget", "0.01")]).Select(o => KeyValuePair.Create(o.Name, o.Value))])
        { ModelName = "net.onnx" }, "Output", "Projected",
        [Layer("a", PrecisionConfig.I8), Layer("b", PrecisionConfig.I8), Layer("c", PrecisionConfig.I8), Layer("d", PrecisionConfig.BF16),
            Layer("e", PrecisionConfig.I8), Layer("old", PrecisionConfig.F32)],
        new LockedNumbers(0.001, 0.002, 0.003, 64, 20, 11, 10, "A CPU"));

    private string At(string name) => Path.Combine(directory.FullName, name + ".json");

    private (int Exit, string Out, string Error) Diff(LockedPlan[] was, LockedPlan[] now, params string[] arguments)
    {
        foreach (var (name, plans) in new[] { ("old", was), ("new", now) })
        {
            File.WriteAllText(At(name), LockFileWriter.Format(new(plans)));
        }

        return Run([At("old"), At("new"), .. arguments]);
    }

    private static (int Exit, string Out, string Error) Run(params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        return (CommandLineProgram.Run(["diff", .. arguments], new(text, error), TestContext.Current.CancellationToken), text.ToString(),
            error.ToString());
    }
}
