using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using Xunit;

namespace MixPrec.Compiler.Tests.Diagnostics;

/// <summary>What build servers take for commands, by their documentation: none is left in a message, and messages have an end.</summary>
public sealed class LogTextTests
{
    public static TheoryData<string> Commands =>
    [
        "##vso[task.setvariable variable=x]y", "##[error]x", "##teamcity[buildStop comment='x']", "###[x", "####vso[x", "#\u200b##vso[x",
        "::error file=a::x", "  ::set-output name=a::x", "\t::add-path::x", "a\n::error::x", "a\r\n  ::stop-commands::x", "a\u2028::x",
        "a\u0085##[group]x", ":::x",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void NoMessageIsACommand(string text)
    {
        string[] messages =
        [
            LogText.Line(text), LogText.Line(LogText.Line(text)), PrintableName.Format(text),
            new MixPrecException(DiagnosticCatalog.KernelUnavailable, null, text).Message,
            DiagnosticLine.From(DiagnosticCatalog.KernelUnavailable, "", text).Text,
            new DiagnosticLine("error", "MXP1031", text, 0, 0, "x", "").File,
            DiagnosticLine.Parse(DiagnosticLine.From(DiagnosticCatalog.KernelUnavailable, "", text).Format(), "x").Text,
        ];
        Assert.All(messages, IsNoCommand);
    }

    /// <summary>A name may stand at the beginning of a row.</summary>
    [Theory]
    [InlineData("onnx::MatMul_12", "onnx::MatMul_12")]
    [InlineData("a#b", "a#b")]
    [InlineData("::x", ":\\u003Ax")]
    [InlineData("##x", "#\\u0023x")]
    public void OrdinaryNamesStayAsTheyAre(string name, string expected) => Assert.Equal(expected, PrintableName.Format(name));

    [Fact]
    public void MessagesHaveAnEndAndKeepBothEnds()
    {
        string text = "first " + new string('x', 700_000) + "\ud83d\ude00" + new string('y', 900) + " last";
        for (int more = 0; more < 200; more++)
        {
            string line = LogText.Line(text + new string('z', more));
            Assert.InRange(line.Length, LogText.Longest - 100, LogText.Longest);
            Assert.StartsWith("first x", line, StringComparison.Ordinal);
            Assert.EndsWith(" last" + new string('z', more), line, StringComparison.Ordinal);
            Assert.Contains("characters left out", line, StringComparison.Ordinal);
            Assert.Equal(line, string.Concat(line.EnumerateRunes()));
            Assert.Equal(line, LogText.Line(line));
        }

        Assert.True(new MixPrecException(DiagnosticCatalog.KernelUnavailable, null, text).Message.Length <= LogText.Longest);
    }

    private static void IsNoCommand(string line)
    {
        Assert.DoesNotContain("##", line, StringComparison.Ordinal);
        Assert.False(line.TrimStart().StartsWith("::", StringComparison.Ordinal), line);
        Assert.DoesNotContain(line, c => c is '\n' or '\r' or '\u2028' or '\u0085');
    }
}
