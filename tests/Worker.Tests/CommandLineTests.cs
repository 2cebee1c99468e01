using System.Text.Json;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void EveryCommandHasHelpThatNamesItsOptions()
    {
        foreach (var command in CommandLineProgram.Commands)
        {
            var (code, text, _) = Run(command.Name, "--help");
            Assert.Equal(WorkerExitCode.Done, code);
            Assert.All(command.Options, option => Assert.Contains(option.Usage, text, StringComparison.Ordinal));
        }
    }

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
        Assert.All(CommandLineProgram.Commands, command => Assert.Contains(command.Summary, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("commands are inspect, plan, run", "frobnicate")]
    [InlineData("See mixprec plan --help.", "plan", "--frobnicate")]
    [InlineData("MODEL is missing. See mixprec inspect --help.", "inspect")]
    [InlineData("--inputs is missing. See mixprec run --help.", "run", "model.onnx")]
    [InlineData("one MODEL is expected, 2 are given.", "inspect", "a.onnx", "b.onnx")]
    public void MistakesAreOneLineAndNameTheHelp(string words, params string[] arguments)
    {
        var (code, text, error) = Run(arguments);
        Assert.Equal((WorkerExitCode.Usage, ""), (code, text));
        Assert.Contains(words, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingModelIsOneLine()
    {
        var (code, _, error) = Run("inspect", "nowhere.onnx");
        Assert.Equal(WorkerExitCode.Error, code);
        Assert.Contains("error MXP1001: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProcessInspectsTheSample()
    {
        var result = await WorkerProgram.Run("inspect", WorkerProgram.SampleModel, "--json");
        Assert.Equal((WorkerExitCode.Done, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(Assert.Single(result.OutLines));
        Assert.Equal(17, json.RootElement.GetProperty("opset").GetInt32());
        Assert.Equal(["batch", "1", "28", "28"], json.RootElement.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetString()));
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
        return (CommandLineProgram.Run(arguments, new(text, error, ShowsBars: false), TestContext.Current.CancellationToken), text.ToString(), error.ToString());
    }
}
