using System.CommandLine;
using System.Text.Json;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void EveryCommandHasHelpThatBeginsWithAnExampleAndNamesItsOptions()
    {
        foreach (var command in CommandLineProgram.Commands())
        {
            var (code, text, _) = Run(command.Name, "--help");
            Assert.Equal(WorkerExitCode.Done, code);
            Assert.StartsWith($"Example:\n  mixprec {command.Name} ", text, StringComparison.Ordinal);
            Assert.All(command.Options, option =>
                Assert.Contains(option.Name + (option.HelpName is { } value ? $" <{value}>" : ""), text, StringComparison.Ordinal));
        }
    }

    /// <summary>An example that the program itself does not understand teaches nothing.</summary>
    [Fact]
    public void ExamplesAreUnderstood() => Assert.All(CommandLineProgram.Commands(), command =>
        Mistakes.ThrowIfAny(CommandLineProgram.Root(new(TextWriter.Null, TextWriter.Null)).Parse(command.Example.Split(' ')[1..])));

    [Fact]
    public void UnknownCommandsAreAnswered()
    {
        var (code, _, error) = Run("inspct", "model.onnx");
        Assert.Equal(WorkerExitCode.Usage, code);
        Assert.Contains("did you mean inspect?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void HelpOfACommandCanBeAskedBothWays() => Assert.Equal(Run("plan", "--help"), Run("help", "plan"));

    [Fact]
    public void VersionIsOneLine() => Assert.Matches(@"^mixprec \d+\.\d+\.\d+\n$", Run("--version").Out);

    [Fact]
    public void NothingAtAllShowsTheHelpAndFails()
    {
        var (code, text, _) = Run();
        Assert.Equal(WorkerExitCode.Usage, code);
        Assert.All(CommandLineProgram.Commands(), command => Assert.Contains(command.Description!, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("commands are init, calibrate-data, inspect, plan, report, run", "frobnicate")]
    [InlineData("unknown option --frobnicate. See mixprec plan --help.", "plan", "m.onnx", "--frobnicate")]
    [InlineData("unknown option --eror-budget; did you mean --error-budget? See mixprec plan --help.", "plan", "m.onnx",
        "--eror-budget", "0.1")]
    [InlineData("unknown option --eror-budget; did you mean --error-budget?", "plan", "m.onnx", "--eror-budget=0.1")]
    [InlineData("unknown option --jsn; did you mean --json?", "verify", "--jsn")]
    [InlineData("unknown option --verion; did you mean --version?", "--verion")]
    [InlineData("Option '--error-budget' expects a single argument but 2 were provided.", "plan", "m.onnx", "--error-budget", "1",
        "--error-budget", "2")]
    [InlineData("Required argument missing for option: '--error-budget'.", "plan", "m.onnx", "--error-budget")]
    [InlineData("--timing-seconds \"-1\" is not valid: expected a number of seconds above 0.", "plan", "SAMPLE", "--timing-seconds", "-1")]
    [InlineData("MODEL is missing. See mixprec inspect --help.", "inspect")]
    [InlineData("--inputs is missing. See mixprec run --help.", "run", "model.onnx")]
    [InlineData("nothing is expected where b.onnx stands.", "inspect", "a.onnx", "b.onnx")]
    [InlineData("nothing is expected where yes stands.", "inspect", "a.onnx", "--json=yes")]
    [InlineData("--job is missing. See mixprec build --help.", "build")]
    public void MistakesAreOneLineAndNameTheHelp(string words, params string[] arguments)
    {
        var (code, text, error) = Run([.. arguments.Select(argument => argument == "SAMPLE" ? WorkerProgram.SampleModel : argument)]);
        Assert.Equal((WorkerExitCode.Usage, ""), (code, text));
        Assert.Contains(words, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Files may be called like options: after two dashes all are files.</summary>
    [Theory]
    [InlineData("--", "-net.onnx")]
    [InlineData("@net.onnx")]
    public void AFileMayHaveAnyName(params string[] arguments)
    {
        var (code, _, error) = Run(["inspect", .. arguments]);
        Assert.Equal(WorkerExitCode.Error, code);
        Assert.Contains("MXP1001", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ExitCodesStandInTheHelp() => Assert.Contains(
        "0 done, 1 not verified or different, 2 error, 3 cancelled, 64 command line not understood", Run("--help").Out, StringComparison.Ordinal);

    [Fact]
    public void MissingModelIsOneLine()
    {
        var (code, _, error) = Run("inspect", "nowhere.onnx");
        Assert.Equal(WorkerExitCode.Error, code);
        Assert.Contains("error MXP1001: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProcessInspectsTheSample()
    {
        var result = await WorkerProgram.Run("inspect", WorkerProgram.SampleModel, "--json");
        Assert.Equal((WorkerExitCode.Done, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(Assert.Single(result.OutLines));
        Assert.Equal(17, json.RootElement.GetProperty("opset").GetInt32());
        Assert.Equal(["batch", "1", "28", "28"], json.RootElement.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray()
            .Select(dimension => dimension.GetString()));
    }

    [Fact]
    public void UnsupportedOperatorsAreListedBeforeTheError()
    {
        using var cases = new CaseFolder().Add("a", "NoSuchOperator", null);
        var (code, text, error) = Run("inspect", cases.ModelPath("a"));
        Assert.Equal(WorkerExitCode.Error, code);
        Assert.Contains("NoSuchOperator      1  no", text, StringComparison.Ordinal);
        Assert.Contains("error MXP3001: ", error, StringComparison.Ordinal);
    }

    private static (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        return (CommandLineProgram.Run(arguments, new(text, error), TestContext.Current.CancellationToken), text.ToString(),
            error.ToString());
    }

    /// <summary>What a shell asks for while somebody types.</summary>
    [Theory]
    [InlineData("mixprec pla", "plan")]
    [InlineData("mixprec plan digits.onnx --objec", "--objective")]
    [InlineData("mixprec plan digits.onnx --objective ", "Macs", "Memory", "Time")]
    [InlineData("mixprec report digits.onnx --format m", "markdown")]
    [InlineData("mixprec frobnicate --x")]
    public void WordsAreCompleted(string typed, params string[] words)
    {
        using var output = new StringWriter();
        Assert.Equal(WorkerExitCode.Done, CommandLineProgram.Run(["completions", "--line", typed], new(output, TextWriter.Null),
            TestContext.Current.CancellationToken));
        Assert.Equal(words, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word is not ("--help" or "-h")).Order(StringComparer.Ordinal));
    }

    /// <summary>Everything that a command prints a program can read as well.</summary>
    [Fact]
    public void EveryCommandThatPrintsResultsHasJson() => Assert.Equal(["completions", "build"],
        CommandLineProgram.Commands().Where(command => command.Options.All(option => option.Name != "--json")).Select(c => c.Name));
}
