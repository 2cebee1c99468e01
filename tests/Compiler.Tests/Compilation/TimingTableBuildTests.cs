using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>
/// Builds of a network of three layers with a table of times that the test has made up: what they should decide is known beforehand.
/// </summary>
public sealed class TimingTableBuildTests : TabledBuild
{
    /// <summary>The budget allows everything, so each layer has the candidate that the table has the least time of.</summary>
    [Theory]
    [InlineData("i8 bf16 f32")]
    [InlineData("f32 f32 i8a7")]
    [InlineData("bf16 i8 i8")]
    public void TheFastestOfEachPartIsChosen(string candidates)
    {
        string[] fastest = candidates.Split(' ');
        WriteTable((part, precision) => precision == PrecisionConfig.F32 ? 1 : precision.Id == fastest[part] ? 0.5 : 1.5);
        var result = Build(Options);
        Assert.Equal(fastest, Precisions(result));

        // 3000 ns, less 500 for each part that is faster than fp32.
        double expected = 3 - (0.5 * fastest.Count(f => f != "f32"));
        Assert.Equal((3, expected), (result.Lock!.Numbers.Float32Microseconds, result.Lock.Numbers.PredictedMicroseconds));
        Assert.Equal(double.NaN, result.Lock.Numbers.MeasuredMicroseconds);
        Assert.Equal("Another CPU", result.Lock.Numbers.Machine);
        Assert.Null(result.Plan!.Info.MeasuredMicroseconds);
    }

    [Fact]
    public void WhereNothingIsFasterEverythingStaysInFp32()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 1.1);
        var result = Build(Options);
        Assert.All(Precisions(result), p => Assert.Equal("f32", p));
        Assert.Contains(result.Diagnostics, d => d.Description.Id == "MXP4015");
    }

    /// <summary>Of all assignments that keep the budget as they are predicted, the one that is chosen takes the least time.</summary>
    [Fact]
    public void TheBestOfAllAssignmentsIsChosen()
    {
        double[] gains = [400, 300, 200];
        WriteTable((part, precision) =>
            precision == PrecisionConfig.F32 ? 1 : precision == PrecisionConfig.I8 ? 1 - (gains[part] / Part) : 2);
        double[] error = PredictedErrors();
        foreach (double budget in new[] { error.Min() * 1.01, error.Order().ElementAt(1) * 1.01, error.Sum() })
        {
            var best = Enumerable.Range(0, 8).Select(bits => Enumerable.Range(0, 3).Where(i => (bits >> i & 1) == 1).ToArray())
                .Where(chosen => Math.Sqrt(chosen.Sum(i => error[i] * error[i])) <= budget).MaxBy(chosen => chosen.Sum(i => gains[i]))!;
            var report = Build(Options with { ErrorBudget = budget }).Report;
            var point = report.TradeOff.Single(p => p.ErrorBudget == budget);
            Assert.Equal(best.Sum(i => gains[i]), point.Gain, 6);
        }
    }

    [Fact]
    public void TheSameInputsGiveTheSameBytes()
    {
        WriteTable((part, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5 + (0.1 * part));
        var stages = new List<string>();
        string[] texts = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            File.Delete(Net.LockFile);
            Build(Options, stages);
            return File.ReadAllText(Net.LockFile);
        })];
        Assert.Single(texts.Distinct());
        Assert.Equal(3, stages.Count(IsCalibration));
        Assert.DoesNotContain(stages, s => s is "measuring every configuration" or "measuring the whole network");
    }

    /// <summary>Every configuration seems to save 1 %, which counts as nothing: the plan is fp32 each time, in the same bytes.</summary>
    [Fact]
    public void WhatIsWithinNoiseOfFp32SettlesTheSameWay()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.99);
        string[] texts = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            File.Delete(Net.LockFile);
            Assert.All(Precisions(Build(Options)), p => Assert.Equal("f32", p));
            return File.ReadAllText(Net.LockFile);
        })];
        Assert.Single(texts.Distinct());
    }

    [Fact]
    public void ThePlanBelongsToTheTimesOfItsModel()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5);
        Build(Options);
        var locked = Options with { Mode = BuildMode.Locked };
        string hash = LockFile.Read(Net.LockFile).Plans[0].Subject.TimingHash!;
        Assert.Equal(TimingFile.Read(TablePath).HashFor(Path.GetFileName(Net.Options.Model)), hash);
        Assert.NotNull(Build(locked).Plan);
        Assert.NotNull(Build(locked with { TimingTable = null }).Plan);

        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.6);
        var error = Assert.Throws<MixPrecException>(() => Build(locked));
        Assert.Equal("MXP1101", error.Description.Id);
        Assert.Contains($"the timing table changed (sha256 {hash[..8]}…", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableOfAnotherMachineIsSaidToBeOne()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5);
        var warning = Assert.Single(Build(Options).Diagnostics);
        Assert.Equal(("MXP1094", true), (warning.Description.Id, warning.Description.IsWarning));
        Assert.Contains("the CPU is Another CPU there and ", warning.Text, StringComparison.Ordinal);
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5, TimingMachine.Current(1));
        Assert.Empty(Build(Options).Diagnostics);
    }

    [Fact]
    public void WhatHasNoTimeIsNotOfferedAndThatIsSaid()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5, TimingMachine.Current(1),
            [PrecisionConfig.F32, PrecisionConfig.BF16]);
        var result = Build(Options);
        Assert.All(Precisions(result), p => Assert.Equal("bf16", p));
        Assert.Matches("has times of 6 of the [0-9]+ configurations",
            Assert.Single(result.Diagnostics, d => d.Description.Id == "MXP1095").Text);
        Assert.Empty(Build(Options with { Precisions = [PrecisionConfig.F32, PrecisionConfig.BF16] }).Diagnostics);
        Refused(Options with { Pin = [new("MatMul_b", PrecisionConfig.I8)] }, "MXP1093", "it has no time of MatMul_b as i8");
    }

    [Fact]
    public void ATableThatDoesNotFitIsNamedWithTheReason()
    {
        static double Fast(int part, PrecisionConfig precision) => precision == PrecisionConfig.F32 ? 1 : 0.5;
        Refused(Options, "MXP1001", "does not exist");
        File.WriteAllText(TablePath, "{");
        Refused(Options, "MXP1090", "line 1");
        WriteTable(Fast, Elsewhere with { Package = "0.9.0" });
        Refused(Options, "MXP1091", "was made by version 0.9.0");
        WriteTable(Fast, Elsewhere with { Threads = 4 });
        Refused(Options, "MXP1092", "a run takes 4 threads there and Threads=1 here");
        WriteTable(Fast);
        Refused(Options with { TargetIsa = "avx512" }, "MXP1092", "the instruction set is avx2 there and TargetIsa=\"avx512\" here");
        Refused(Options with { Dimensions = DimensionBindings.Parse("batch=7") }, "MXP1093", "its times are of batch = 1, and no open sizes is needed");
        using var other = new SmallNetwork(classes: false);
        Refused(other.Options with { TimingTable = TablePath, Objective = Objective.Time }, "MXP1093", "with other layers or shapes");
    }

    /// <summary>The set need not be on this machine: nothing runs that has to be timed.</summary>
    [Fact]
    public void APlanForAnInstructionSetThatIsElsewhereIsMade()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5, Elsewhere with { InstructionSet = "avxvnni" });
        Assert.Equal("avxvnni", Build(Options with { TargetIsa = "avxvnni" }).Lock!.Subject.Options.Single(o => o.Key == "TargetIsa").Value);
    }

    /// <summary>What is retrained takes as long as before.</summary>
    [Fact]
    public void ARetrainedModelKeepsItsTimes()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5);
        Net.Retrain();
        Assert.NotNull(Build(Options).Plan);
    }

    /// <summary>3 µs in fp32; the fastest takes 1.5 and is predicted to.</summary>
    [Fact]
    public void ALimitOfTimeIsCheckedAgainstThePrediction()
    {
        WriteTable((_, precision) => precision == PrecisionConfig.F32 ? 1 : 0.5);
        Assert.NotNull(Build(Options with { MaxLatencyMicroseconds = 1.6 }).Plan);
        var missed = Build(Options with { MaxLatencyMicroseconds = 1.4 });
        Assert.Null(missed.Plan);
        Assert.Contains("the least time found is 1.5 µs, predicted with the timing table (fp32 takes 3 µs)",
            Assert.Single(missed.Diagnostics, d => d.Description.Id == "MXP4011").Text, StringComparison.Ordinal);
    }

    private void Refused(CompilerOptions options, string id, string reason)
    {
        var error = Assert.Throws<MixPrecException>(() => Build(options));
        Assert.Equal(id, error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
