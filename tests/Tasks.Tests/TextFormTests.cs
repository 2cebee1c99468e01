using System.Text.Json;
using MixPrec.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Tasks.Tests;

/// <summary>The two texts that cross the process border.</summary>
public sealed class TextFormTests
{
    [Fact]
    public void AJobIsJsonWhateverItsValuesHold()
    {
        var nasty = string.Concat(Enumerable.Range(0, 0x180).Select(i => (char)i)) + "\u2028\u2029 数字 \\\" end";

        var read = JsonSerializer.Deserialize<Dictionary<string, string>>(JobFile.Format([("Model", nasty), ("Empty", "")]))!;

        Assert.Equal(nasty, read["Model"]);
        Assert.Equal("", read["Empty"]);
    }

    [Fact]
    public void ADiagnosticSurvivesItsLine()
    {
        var line = new DiagnosticLine("error", "MXP3001", "/a\tb", 3, 4, "two\nlines \\n and {0}\r", "docs/x.md");

        Assert.DoesNotContain('\n', line.Format());
        Assert.Equal(line, DiagnosticLine.Parse(line.Format(), "file"));
    }

    [Fact]
    public void ALineOfAnotherFormIsAnInternalErrorThatShowsIt()
    {
        var line = DiagnosticLine.Parse("what is this", "x.diagnostics");

        Assert.Equal(("error", "MXP9001"), (line.Severity, line.Code));
        Assert.Contains("what is this", line.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error", "MXP2001", true)]
    [InlineData("error", "MXP4001", true)]
    [InlineData("error", "MXP3001", false)]
    [InlineData("warning", "MXP2001", false)]
    public void OnlyErrorsOfAccuracyAndSelectionAreVerdicts(string severity, string code, bool verdict) =>
        Assert.Equal(verdict, new DiagnosticLine(severity, code, "", 0, 0, "", "").IsVerdict);
}
