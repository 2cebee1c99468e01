using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Tests.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Planning;

/// <summary>Two blocks of six layers side by side: all assignments are 4⁶ of each, 64 are offered near uniform ones.</summary>
public sealed class CandidateSetsTests
{
    private const int Layers = 6, Most = 16;

    private static readonly CompilerOptions s_options = new()
    {
        Model = "net.onnx", ClassName = "Net", LockFile = "",
        Precisions = [PrecisionConfig.F32, PrecisionConfig.BF16, PrecisionConfig.I8, PrecisionConfig.I8A7],
    };

    private readonly Graph _graph;
    private readonly PartitionResult _parts;
    private readonly CandidateSets _choices;

    public CandidateSetsTests()
    {
        var net = new Networks();
        _graph = net.Build(Block(net, "b", Block(net, "a", net.Input("x", 1, 8))));
        _parts = new([.. SequentialPartition.Partition(_graph)], new Dictionary<string, long>());
        _choices = new(s_options, LayerRules.Create(s_options, _graph, _ => null), new EncodedWeightsCache());
    }

    /// <summary>Two layers err a thousand times as much as the others: they alone stay in fp32, far from a uniform assignment.</summary>
    [Fact]
    public void LayersThatErrMuchStayInFp32BesideOthersInBytes()
    {
        var table = Table(name => name.EndsWith('1') || name.EndsWith('4') ? 1000 : 1);
        var before = _choices.Configurations(_parts.Subgraphs, table);
        var after = _choices.WithEfficient(_parts, table, before, Most);
        bool IsWanted(IReadOnlyList<PrecisionConfig> choice) => choice.Index()
            .All(c => (c.Index is 1 or 4) == (c.Item == PrecisionConfig.F32));
        Assert.Equal(2, _parts.Subgraphs.Count);
        Assert.All(before, own => Assert.DoesNotContain(own, IsWanted));
        Assert.All(after, own => Assert.Contains(own, IsWanted));
        Assert.All(after.Zip(before), p => Assert.InRange(p.First.Count, p.Second.Count + 1, p.Second.Count + Most));
        Assert.All(after.Zip(before), p => Assert.Equal(p.Second, p.First.Take(p.Second.Count)));
    }

    /// <summary>Blocks that are alike have the same configurations, so that they share a measurement; each errs elsewhere.</summary>
    [Fact]
    public void BlocksThatAreAlikeAreOfferedTheSame()
    {
        var table = Table(name => name is "a1" or "b4" ? 1000 : 1);
        var offered = _choices.WithEfficient(_parts, table, _choices.Configurations(_parts.Subgraphs, table), Most);
        Assert.Equal(offered[0].Select(c => string.Join(' ', c)), offered[1].Select(c => string.Join(' ', c)));
    }

    /// <summary>Where all are offered there is nothing to add; without estimates nothing is known to be efficient.</summary>
    [Fact]
    public void NothingIsAddedWhereAllAreOfferedOrNothingIsKnown()
    {
        var table = Table(_ => 1);
        var all = _choices.Configurations(_parts.Subgraphs, table, cap: 1 << (2 * Layers));
        Assert.Equal(all, _choices.WithEfficient(_parts, table, all, Most));
        var some = _choices.Configurations(_parts.Subgraphs, table);
        var unknown = new SensitivityTable(new Dictionary<(string, PrecisionConfig), double>(), 1);
        Assert.Equal(some, _choices.WithEfficient(_parts, unknown, some, Most));
    }

    private static Value Block(Networks net, string name, Value x) => Enumerable.Range(0, Layers)
        .Select(i => net.Linear($"{name}{i}", x, 8)).Aggregate((a, b) => net.Add($"{name}sum", a, b));

    private SensitivityTable Table(Func<string, double> error) => new(_graph.QuantizableNodes.SelectMany(n => Candidates.ForNode(n)
        .Select((p, i) => (Key: (n.Name, p), Error: i * error(n.Name)))).ToDictionary(p => p.Key, p => p.Error), 1);
}
