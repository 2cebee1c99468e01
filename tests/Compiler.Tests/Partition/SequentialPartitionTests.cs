using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Partition;

public sealed class SequentialPartitionTests
{
    private readonly Networks _net = new();

    [Fact]
    public void AChainGivesOneSubgraphPerLayer()
    {
        var x = _net.Input("x", 4, 8);
        var y = _net.Linear("c", _net.Relu("r2", _net.Linear("b", _net.Relu("r1", _net.Linear("a", x, 8)), 8)), 3);
        Assert.Equal("{a} {b} {c}", Products(_net.Build(_net.Op("softmax", new Softmax(1, false), y))));
    }

    [Fact]
    public void LeadingAndTrailingNodesJoinTheirNeighbours()
    {
        var x = _net.Input("x", 4, 8);
        var parts = SequentialPartition.Partition(_net.Build(_net.Relu("end", _net.Linear("a", _net.Relu("begin", x), 8))));
        Assert.Equal(["begin", "a", "end"], Assert.Single(parts).Nodes.Select(n => n.Name));
    }

    [Fact]
    public void ANetworkWithoutProductsIsOneSubgraph()
    {
        var parts = SequentialPartition.Partition(_net.Build(_net.Relu("b", _net.Relu("a", _net.Input("x", 4)))));
        Assert.Empty(Assert.Single(parts).Quantizable);
    }

    [Fact]
    public void ResidualEdgesDoNotJoinLayers()
    {
        var x = _net.Conv("stem", _net.Input("x", 1, 3, 8, 8), 4, 3);
        foreach (string block in new[] { "1", "2" })
        {
            x = _net.Relu("relu" + block,
                _net.Add("add" + block, _net.Conv("b" + block, _net.Relu("r" + block, _net.Conv("a" + block, x, 4, 3)), 4, 3), x));
        }

        Assert.Equal("{stem} {a1} {b1} {a2} {b2}", Products(_net.Build(x)));
    }

    [Fact]
    public void AShortcutWithALayerOfItsOwnIsAChoiceInParallel()
    {
        var x = _net.Conv("stem", _net.Input("x", 1, 3, 8, 8), 4);
        var sum = _net.Add("add", _net.Conv("b", _net.Conv("a", x, 8, 3), 8, 3), _net.Conv("shortcut", x, 8));
        Assert.Equal("{stem} {a b shortcut} {last}", Products(_net.Build(_net.Conv("last", sum, 2))));
    }

    [Fact]
    public void ResidualFromTheInputOfTheNetworkIsDroppedToo()
    {
        var x = _net.Input("x", 4, 8);
        Assert.Equal("{a} {b}", Products(_net.Build(_net.Add("add", x, _net.Linear("b", _net.Linear("a", x, 8), 8)))));
    }

    [Fact]
    public void BranchesOfAnInceptionBlockStayTogether()
    {
        var x = _net.Conv("stem", _net.Input("x", 1, 3, 8, 8), 4);
        var pool = _net.Op("pool", new Pool(PoolKind.Max, [3, 3], [1, 1], [1, 1], [1, 1], [1, 1], false, false), x);
        var joined = _net.Op("concat", new Concat(1), _net.Conv("b1", x, 4), _net.Conv("b3", _net.Conv("b2", x, 2), 4, 3),
            _net.Conv("b4", pool, 4));
        Assert.Equal("{stem} {b1 b2 b3 b4} {last}", Products(_net.Build(_net.Conv("last", joined, 2))));
    }

    [Fact]
    public void ADenseBlockFallsApartIntoLayers()
    {
        var x0 = _net.Conv("stem", _net.Input("x", 1, 3, 8, 8), 4);
        var x1 = _net.Conv("d1", x0, 4);
        var x2 = _net.Conv("d2", _net.Op("concat1", new Concat(1), x0, x1), 4);
        Assert.Equal("{stem} {d1} {d2} {last}", Products(_net.Build(_net.Conv("last", _net.Op("concat2", new Concat(1), x0, x1, x2), 2))));
    }

    [Fact]
    public void AnAttentionBlockGivesTheFourSubgraphsOfThePaper()
    {
        var graph = Llama(blocks: 2);
        const string block = "{q k v QK AV} {o} {gate up} {down}";
        Assert.Equal($"{Block("0.")} {Block("1.")}", Products(graph));
        static string Block(string prefix) => block.Replace("{", "{" + prefix).Replace(" ", " " + prefix).Replace(prefix + "{", "{");
    }

    [Fact]
    public void EqualSubgraphsShareASignature()
    {
        var parts = SequentialPartition.Partition(Llama(blocks: 3));
        Assert.Equal(12, parts.Count);
        // The first block has no addition before its norm and the last one is followed by nothing but its own addition.
        Assert.Equal(parts[4].Signature, parts[8].Signature);
        Assert.Equal(parts[1].Signature, parts[5].Signature);
        Assert.Equal(parts[2].Signature, parts[6].Signature);
        Assert.NotEqual(parts[0].Signature, parts[1].Signature);
        Assert.Equal(["1.q", "1.k", "1.v", "1.QK", "1.AV"], parts[4].Quantizable.Select(n => n.Name));
    }

    [Fact]
    public void AttributesAndShapesSeparateSignatures()
    {
        var x = _net.Input("x", 1, 4, 8, 8);
        var parts = SequentialPartition.Partition(_net.Build(_net.Conv("d",
            _net.Conv("c", _net.Conv("b", _net.Conv("a", x, 4, 3), 4, 3), 4, 5), 4, 3)));
        Assert.Equal(parts[0].Signature, parts[1].Signature);
        Assert.NotEqual(parts[1].Signature, parts[2].Signature);
    }

    [Fact]
    public void AnOutputThatIsReadOnDoesNotJoinTheRest()
    {
        var a = _net.Linear("a", _net.Input("x", 4, 8), 8);
        var b = _net.Linear("b", a, 8);
        Assert.Equal("{a} {b} {c}", Products(_net.Build(_net.Relu("seen", a), b, _net.Linear("c", b, 8))));
    }

    /// <summary>On random graphs: every node once, in an order that respects data, each part with a choice to make.</summary>
    [Fact]
    public void PartitionsOfRandomGraphsAreSequences()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var graph = RandomGraph(new Random(seed));
            var parts = SequentialPartition.Partition(graph);
            Assert.Equal(graph.Nodes.Select(n => n.Name).Order(), parts.SelectMany(p => p.Nodes).Select(n => n.Name).Order());
            var home = parts.SelectMany(p => p.Nodes.Select(n => (n, p.Index))).ToDictionary(p => p.n, p => p.Index);
            Assert.All(graph.Nodes, n =>
                Assert.All(n.Inputs.Select(i => i!.Producer).OfType<Node>(), p =>
                Assert.True(home[p] <= home[n], $"seed {seed}: {p.Name} after {n.Name}")));
            Assert.True(parts.Count == 1 || parts.All(p => p.Quantizable.Count > 0));
        }
    }

    private static Graph RandomGraph(Random random)
    {
        var net = new Networks();
        var values = new List<Value> { net.Input("x", 4, 8), net.Input("y", 4, 8) };
        for (int i = 0; i < 20; i++)
        {
            var value = values[random.Next(Math.Max(0, values.Count - 5), values.Count)];
            values.Add(random.Next(3) switch
            {
                0 => net.Linear("linear" + i, value, 8),
                1 => net.Relu("relu" + i, value),
                _ => net.Add("add" + i, value, values[random.Next(values.Count)]),
            });
        }

        return random.Next(2) == 0 ? net.Build(values[^1]) : net.Build(values[^1], values[random.Next(2, values.Count)]);
    }

    private static Graph Llama(int blocks)
    {
        var net = new Networks();
        var x = net.Relu("embedding", net.Input("x", 1, 8, 16));
        var mask = net.Relu("mask", net.Input("mask", 1, 1, 8, 8));
        var rotary = net.Relu("rotary", net.Input("rotary", 1, 8, 1, 4));
        for (int i = 0; i < blocks; i++)
        {
            x = net.LlamaBlock($"{i}.", x, mask, rotary, width: 16, heads: 4);
        }

        return net.Build(x);
    }

    private static string Products(Graph graph) =>
        string.Join(" ", SequentialPartition.Partition(graph).Select(p =>
            $"{{{string.Join(" ", p.Nodes.Where(n => n.Op is MatMul or Conv).Select(n => n.Name))}}}"));
}
