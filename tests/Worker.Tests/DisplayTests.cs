using System.Text.Json;
using System.Text.RegularExpressions;
using MixPrec.Compiler;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using Spectre.Console;

namespace MixPrec.Worker.Tests;

/// <summary>What people see, in terminals of any width and in pipes.</summary>
public sealed class DisplayTests
{
    private static readonly CommandOutput s_pipe = new(TextWriter.Null, TextWriter.Null);

    private static readonly BuildReport s_report = new()
    {
        ClassName = "Net", Model = "net.onnx", Loss = "CrossEntropy", Machine = "Test CPU", HeldOutSamples = 100,
        ErrorBudget = 0.01, PredictedError = 0.007, MeasuredError = 0.0061, UpperBound95 = 0.0072, Top1Agreement = 0.99,
        Float32Microseconds = 20, PredictedMicroseconds = 11, MeasuredMicroseconds = 10, Float32WeightBytes = 4000, WeightBytes = 1000,
        Layers =
        [
            new("/features/0/conv", "Conv", "8×3×3×3", "i8", 0.9, 8000, 1, 1, 0), new("/fc", "MatMul", "8×4", "bf16", 0.1, 1000, 1, 1, 1),
                new("/head", "MatMul", "4×2", "f32", 0, 0, 1, 1, 2),
        ],
        Solver = new("Optimal", 9000, 9000, 0, 1),
        TradeOff = [new(0.001, 0, 0, 4000), new(0.005, 0.002, 1000, 3000), new(0.007, 0.002, 1000, 3000), new(0.01, 0.007, 9000, 1000)],
    };

    [Fact]
    public void ASummaryHoldsTheTableTheVerdictAndTheCurve() => Assert.Equal(
        """
        layer             operator  precision  accumulator  error share  time saved
        /features/0/conv  Conv      i8         I32                 90 %     8.00 µs
        /fc               MatMul    bf16       F32                 10 %     1.00 µs
        /head             MatMul    f32        F32

        loss error  0.0061 measured (0.0072 with 95 % confidence), 0.0070 predicted, budget 0.0100; CrossEntropy, 100 held-out samples
        top-1       99.0 % of them keep their class
        time        10.0 µs measured as a whole, fp32 20.0 µs: 2.00× as fast (Test CPU)
                    11.0 µs predicted: fp32 less what the parts save when they are timed one by one
        weights     1.00 kB, fp32 4.00 kB
        solver      optimal; 1 measured before

        What other budgets would give, as predicted:

        budget  predicted  time saved  weights
        0.0010          0        0 ns  4.00 kB
        0.0050     0.0020     1.00 µs  3.00 kB
        0.0100     0.0070     9.00 µs  1.00 kB  ← this build

        """, PlanSummary.Text(Result(s_report), [], s_pipe), ignoreLineEndingDifferences: true);

    /// <summary>Fp32 is not so many times as fast as itself, and a plan that was found and does not ship saves nothing.</summary>
    [Fact]
    public void AFloatPlanHasNoRatioAndAWithheldOneIsNotThisBuilds()
    {
        var report = s_report with
        {
            Layers = [.. s_report.Layers.Select(l => l with { Precision = "f32", Gain = 0 })], IsWithheld = true, MeasuredMicroseconds = 20,
                PredictedMicroseconds = 20, Solver = new("Optimal", 0, 0, 0, 1),
        };
        string text = PlanSummary.Text(Result(report), [], s_pipe);
        Assert.Contains("Every layer runs in fp32.", text, StringComparison.Ordinal);
        Assert.Contains("time        20.0 µs measured (Test CPU)\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("as fast", text, StringComparison.Ordinal);
        Assert.Contains("9.00 µs  1.00 kB  ← this budget; no faster as a whole, not shipped", text, StringComparison.Ordinal);
        Assert.DoesNotContain("as fast", report.Html, StringComparison.Ordinal);
    }

    /// <summary>The plan for the budget measured over it, and a smaller one ships.</summary>
    [Fact]
    public void ARepairedPlanIsNotThePredictedOne() => Assert.Contains(
        "9.00 µs  1.00 kB  ← this budget; measured over it, what ships saves 1.00 µs",
        PlanSummary.Text(Result(s_report with { Solver = new("Optimal", 1000, 1000, 0, 4) }), [], s_pipe), StringComparison.Ordinal);

    [Fact]
    public void JsonIsOneLineAndUnknownNumbersAreNull()
    {
        string line = PlanSummary.Json(Result(s_report with { PredictedMicroseconds = double.NaN }), ["net.mixprec.lock.json"]);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("microseconds").GetProperty("predicted").ValueKind);
        Assert.Equal(10, json.RootElement.GetProperty("microseconds").GetProperty("measured").GetDouble());
        Assert.Equal(["i8", "bf16", "f32"], json.RootElement.GetProperty("layers").EnumerateArray()
            .Select(l => l.GetProperty("precision").GetString()));
    }

    /// <summary>Names are shown in whole, on several lines where they have to be.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(66)]
    [InlineData(200)]
    public void TablesFitTheTerminal(int width)
    {
        var table = new TextTable("layer", "operator", "precision", "share") { Numbers = [3] };
        table.Add("/a/very/long/name/of/a/layer/that/nobody/can/read/conv1", "Conv", "i8a7", "12 %");
        table.Add("/a/[red]very/long/name/of/a/layer/that/nobody/can/read/conv2", "Conv", "i8a7", "12 %");
        string shown = table.For(new(TextWriter.Null, TextWriter.Null, Terminal(TextWriter.Null, width)));
        string[] lines = Regex.Replace(shown, "\u001b\\[[0-9]*m", "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width));
        Assert.Contains("[red]", string.Concat(lines), StringComparison.Ordinal);
        Assert.Equal(2, lines.Count(line => line.Contains("i8a7", StringComparison.Ordinal)));
    }

    [Fact]
    public void TheBarShowsThePercentageAndIsRemoved()
    {
        using var error = new StringWriter();
        string shown = "";
        int result = ProgressDisplay.Run(new CommandOutput(TextWriter.Null, error, null, Terminal(error, 60)), TimeProvider.System,
            progress =>
        {
            progress.Report(new BuildProgress(20, "estimating the loss error of [every] layer"));
            shown = error.ToString();
            progress.Report(new BuildProgress(100, "done"));
            return 7;
        });

        Assert.Equal(7, result);
        Assert.Contains("20%", shown, StringComparison.Ordinal);
        Assert.Contains("[every]", shown, StringComparison.Ordinal);
        Assert.True(error.ToString().LastIndexOf("done", StringComparison.Ordinal) < error.ToString()
            .LastIndexOf("\u001b[2K", StringComparison.Ordinal));
    }

    [Fact]
    public void APipeGetsOneLineAStage()
    {
        using var error = new StringWriter();
        ProgressDisplay.Run(new CommandOutput(TextWriter.Null, error), TimeProvider.System, progress =>
        {
            progress.Report(new BuildProgress(1, "reading"));
            progress.Report(new BuildProgress(2, "reading"));
            progress.Report(new BuildProgress(3, "measuring"));
            return 0;
        });

        Assert.Equal(["  1 % reading", "  3 % measuring"], error.ToString()
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>How far a long stage is becomes a line now and then, so that a log stays readable.</summary>
    [Fact]
    public void ALongStageSaysHowFarItIsNowAndThen()
    {
        using var output = new StringWriter();
        var clock = new PlayedClock();
        var progress = new ProgressLines(output, clock);
        for (int step = 0; step <= 40; step++)
        {
            progress.Report(new BuildProgress(40 + (step / 4), "measuring", step == 0 ? "" : $"{step} of 40"));
            clock.Seconds++;
        }

        Assert.Equal(
            ["progress 40 measuring", "progress 43 measuring: 15 of 40", "progress 47 measuring: 30 of 40"],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What holds a stage up, such as a library that has to be fetched, is told at its percentage.</summary>
    [Fact]
    public void ProgressNeverGoesBack()
    {
        using var output = new StringWriter();
        var progress = new ProgressLines(output, TimeProvider.System);
        progress.Report(new BuildProgress(3, "reading the samples") { Step = 1, Steps = 8 });
        progress.Report(new BuildProgress(0, "fetching the libraries"));
        progress.Report(new BuildProgress(8, "calibrating") { Step = 2, Steps = 8 });

        Assert.Equal(["progress 3 1/8 reading the samples", "progress 3 fetching the libraries", "progress 8 2/8 calibrating"],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What is timed has to be compiled for good (docs/decisions/0313).</summary>
    [Fact]
    public void TheWorkerDoesNotCompileQuickly()
    {
        using var configuration =
            JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(typeof(CommandLineProgram).Assembly.Location, ".runtimeconfig.json")));
        var properties = configuration.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.False(properties.GetProperty("System.Runtime.TieredCompilation.QuickJit").GetBoolean());
        Assert.False(properties.GetProperty("System.Runtime.TieredPGO").GetBoolean());
    }

    private sealed class PlayedClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private static IAnsiConsole Terminal(TextWriter writer, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.Yes });
        console.Profile.Width = width;
        return console;
    }

    private static CompilationResult Result(BuildReport report) => new(null, report, [], [], null);
}
