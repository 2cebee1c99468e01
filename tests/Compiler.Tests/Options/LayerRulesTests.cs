using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Options;

public sealed class LayerRulesTests
{
    private readonly Graph _graph;

    public LayerRulesTests()
    {
        var net = new Networks();
        _graph = net.Build(net.Linear("/fc/MatMul", net.Relu("relu", net.Linear("/conv1/MatMul", net.Input("x", 1, 4), 4)), 4));
    }

    [Theory]
    [InlineData("fc", "fc", true)]
    [InlineData("fc", "FC", false)]
    [InlineData("fc*", "fc", true)]
    [InlineData("*fc", "/a/fc", true)]
    [InlineData("/conv?/*", "/conv1/Conv", true)]
    [InlineData("/conv?/*", "/conv12/Conv", false)]
    [InlineData("*a*b*c", "xaxbxbxc", true)]
    [InlineData("*a*b*c", "xaxcxb", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("**", "", true)]
    [InlineData("a.b[c]", "a.b[c]", true)]
    [InlineData("a.b", "axb", false)]
    public void PatternsMatchWholeNames(string pattern, string name, bool matches) =>
        Assert.Equal(matches, LayerPattern.Matches(pattern, name));

    [Fact]
    public void HostilePatternsTakeNoExponentialTime() =>
        Assert.False(LayerPattern.Matches(string.Concat(Enumerable.Repeat("*a", 500)) + "b", new string('a', 10_000)));

    [Fact]
    public void KeptLayersStayInFloat32AndPinsDecide()
    {
        var rules = LayerRules.Create(Options() with { KeepFloat = ["/conv*"],
            Pin = [new("/fc/*", PrecisionConfig.BF16), new("*", PrecisionConfig.F32)], Precisions = [PrecisionConfig.I8] }, _graph,
            _ => null);
        Assert.Equal([[PrecisionConfig.F32], [PrecisionConfig.BF16]], _graph.QuantizableNodes.Select(rules.Allowed));
    }

    [Fact]
    public void Float32IsAlwaysACandidate()
    {
        var rules = LayerRules.Create(Options() with { Precisions = [PrecisionConfig.I8] }, _graph, _ => null);
        Assert.All(_graph.QuantizableNodes, n => Assert.Equal([PrecisionConfig.F32, PrecisionConfig.I8], rules.Allowed(n)));
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("/CONV1/*")]
    public void APatternThatMatchesNothingListsTheLayers(string pattern)
    {
        var error = Assert.Throws<MixPrecException>(() => LayerRules.Create(Options() with { KeepFloat = [pattern] }, _graph, _ => null));
        Assert.Equal($"KeepFloat=\"{pattern}\" matches no layer of 'Net'. Layers: /conv1/MatMul, /fc/MatMul.", error.Message);
        Assert.Equal("MXP4002", error.Description.Id);
    }

    [Fact]
    public void KeptAndPinnedIsAContradiction()
    {
        var error = Assert.Throws<MixPrecException>(() =>
            LayerRules.Create(Options() with { KeepFloat = ["/fc/*"], Pin = [new("*MatMul", PrecisionConfig.I8)] }, _graph, _ => null));
        Assert.Equal("MXP4003", error.Description.Id);
        Assert.Contains("'/fc/MatMul'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Pin=\"*MatMul=i8\"", error.Message, StringComparison.Ordinal);
    }

    internal static CompilerOptions Options() => new() { Model = "net.onnx", ClassName = "Net", LockFile = "net.mixprec.lock.json" };
}
