using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

public sealed class ParsedArgumentsTests
{
    private static readonly CommandOption Budget = new("--error-budget", "NUMBER", ""), Json = new("--json", null, ""), Pin = new("--pin", "PAIR", "", IsRepeatable: true);

    [Fact]
    public void OptionsAndPositionalArgumentsMayMix()
    {
        var parsed = Parse("a", "--error-budget", "0.01", "--json", "b", "--pin=x=i8", "--pin", "y=f32", "--", "--json");
        Assert.Equal(["a", "b", "--json"], parsed.Positional);
        Assert.Equal("0.01", parsed["--error-budget"]);
        Assert.True(parsed.Has("--json"));
        Assert.Equal(["x=i8", "y=f32"], parsed.All("--pin"));
    }

    [Theory]
    [InlineData("did you mean --error-budget?", "--eror-budget", "1")]
    [InlineData("known are --error-budget, --json, --pin", "--something-else")]
    [InlineData("--error-budget needs a value", "--error-budget")]
    [InlineData("--json takes no value", "--json=yes")]
    [InlineData("--json is given twice", "--json", "--json")]
    public void MistakesSayWhatToType(string message, params string[] arguments) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => Parse(arguments)).Message, StringComparison.Ordinal);

    private static ParsedArguments Parse(params string[] arguments) => ParsedArguments.Parse(arguments, [Budget, Json, Pin]);
}
