using System.Globalization;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>Emitted classes of random networks against the slow interpreter, each at several batch sizes through one session.</summary>
public sealed class EmittedGraphTests
{
    private const int Graphs = 20;

    private static readonly int[] Batches = [3, 1, 4];

    [Fact]
    public void FloatsAreWithinTheDerivedBound() => CheckAll(exact: false, (_, _) => PrecisionConfig.F32);

    [Fact]
    public void FloatsOfFixedOrderAreExact() => CheckAll(exact: true, (_, _) => PrecisionConfig.F32);

    [Fact]
    public void EveryPrecisionFollowsTheDocumentedArithmetic() => CheckAll(exact: true, (node, random) =>
    {
        var candidates = Candidates.ForNode(node);
        return candidates[random.Next(candidates.Count)];
    });

    [Fact]
    public void CodesMayMoveByOneStepBehindInexactFunctions() => CheckAll(exact: false, (node, random) => Candidates.ForNode(node)[^1]);

    /// <summary>The padding of codes follows the channel also where both orders of an image coincide.</summary>
    [Theory]
    [InlineData(1, 7, 5)]
    [InlineData(1, 1, 6)]
    [InlineData(6, 1, 1)]
    [InlineData(1, 1, 1)]
    public void CodesOfThinImages(int channels, int height, int width)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("n"), channels, height, width]));
        var random = new Random(channels + height + width);
        Value Weights(params long[] shape) =>
            GraphBuilder.Constant("w", [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => random.NextSingle() - 0.5f)], shape);
        var first = builder.Add("first", new Conv([1, 1], [1, 1], [1, 1], [1, 1], 1), x, Weights(1, channels, 3, 3));
        var second = builder.Add("second", new Conv([1, 1], [0, 0], [0, 1], [1, 1], 1), first, Weights(5, 1, 1, 2));
        var graph = builder.Build([builder.Add("fc", new MatMul(),
            builder.Add("flat", new Reshape([IntExpr.Symbol("n"), 5 * height * width]), second), Weights(5 * height * width, 3))],
            [new("n", "n")]);
        var network = Prepare(graph, 0, (_, _) => PrecisionConfig.I8);
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, network.Precisions, network.Ranges, new LoweringOptions("Net")));
        Assert.Null(Difference(network, model, 3));
    }

    /// <summary>
    /// An image that rows are multiplied of, and rows that are an image: codes lie in one order only, so both are handed on as floats.
    /// </summary>
    [Fact]
    public void CodesAreNotReadInAnotherOrder()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("n"), 4, 3, 8]));
        var random = new Random(9);
        Value Weights(params long[] shape) =>
            GraphBuilder.Constant("w", [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => random.NextSingle() - 0.5f)], shape);
        Value Image(string name, Value from) => builder.Add(name, new Conv([1, 1], [0, 0], [0, 0], [1, 1], 1), from, Weights(4, 4, 1, 1));
        Value Rows(string name, Value from) => builder.Add(name, new MatMul(), from, Weights(8, 8));
        var rows = Rows("b", Image("a", x));
        var flat = builder.Add("flat", new Reshape([IntExpr.Symbol("n"), 96]), Rows("d", Image("c", rows)));
        var graph = builder.Build([builder.Add("fc", new MatMul(), flat, Weights(96, 5))], [new("n", "n")]);
        var network = Prepare(graph, 0, (_, _) => PrecisionConfig.I8);
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, network.Precisions, network.Ranges, new LoweringOptions("Net")));
        Assert.Null(Difference(network, model, 3));
    }

    /// <summary>
    /// Branches of odd widths write their columns of the whole themselves: floats where one reader wants floats, codes where all take the
    /// same.
    /// </summary>
    [Theory]
    [InlineData("f32", "f32")]
    [InlineData("bf16", "i8")]
    [InlineData("i8", "i8")]
    [InlineData("i8a7", "f32")]
    public void ProductsAreJoinedWithoutACopy(string branches, string reader)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("n"), 6, 5, 4]));
        var random = new Random(5);
        Value Weights(params long[] shape) =>
            GraphBuilder.Constant("w", [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => random.NextSingle() - 0.5f)], shape);
        Value Branch(int channels, int kernel, int groups = 1) =>
            builder.Add("branch", new Conv([1, 1], [kernel / 2, kernel / 2], [kernel / 2, kernel / 2], [1, 1], groups), x,
                Weights(channels, 6 / groups, kernel, kernel));
        var images = builder.Add("joined", new Concat(1), Branch(5, 1), Branch(6, 3, 6), Branch(18, 3));
        var read = builder.Add("reader", new Conv([1, 1], [0, 0], [0, 0], [1, 1], 1), images, Weights(3, 29, 1, 1));
        var flat = builder.Add("flat", new Reshape([IntExpr.Symbol("n"), 60]), read);
        var rows = builder.Add("rows", new Concat(1), builder.Add("branch", new MatMul(), flat, Weights(60, 7)),
            builder.Add("branch", new MatMul(), flat, Weights(60, 17)));
        var graph = builder.Build([builder.Add("reader", new MatMul(), rows, Weights(24, 3)),
            builder.Add("sum", new Binary(BinaryKind.Add), rows, rows)], [new("n", "n")]);
        var network = Prepare(graph, 0, (node, _) =>
            Candidates.ForNode(node).FirstOrDefault(p => p.Id == (node.Name.StartsWith("branch", StringComparison.Ordinal) ? branches : reader))
                ?? PrecisionConfig.F32);
        var lowered = Lowerer.Lower(graph, network.Precisions, network.Ranges, new LoweringOptions("Net"));
        Assert.DoesNotContain(lowered.Plan.Steps, step => step.Comment.StartsWith("joins", StringComparison.Ordinal));
        using var model = CompiledModel.Compile(lowered);
        Assert.All(Batches, batch => Assert.Null(Difference(network, model, batch)));
    }

    /// <summary>
    /// An attention of several heads over a number of tokens that each run has of its own: keys and values are read where they lie.
    /// </summary>
    [Fact]
    public void ProductsOfActivationsReadExchangedDimensionsInPlace()
    {
        const int Heads = 3, Width = 5;
        var builder = new GraphBuilder();
        var (n, random) = (IntExpr.Symbol("n"), new Random(7));
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [n, Heads * Width]));
        Value Split(string name, params int[] order) =>
            builder.Add(name + ".heads", new Transpose(order), builder.Add(name + ".split", new Reshape([n, Heads, Width]), builder.Add(
            name, new MatMul(), x, GraphBuilder.Constant("w",
                [.. Enumerable.Range(0, Heads * Width * Heads * Width).Select(_ => random.NextSingle() - 0.5f)], Heads * Width,
                Heads * Width))));
        var scores = builder.Add("scores", new MatMul(), Split("q", 1, 0, 2), Split("k", 1, 2, 0));
        var positive = builder.Add("positive", new Unary(new UnaryFunction(UnaryKind.Relu)), scores);
        var graph = builder.Build([builder.Add("mixed", new MatMul(), positive, Split("v", 1, 0, 2))], [new("n", "n")]);
        var network = Prepare(graph, 0, (node, _) => node.MultipliesActivations() ? PrecisionConfig.I8 : PrecisionConfig.F32);
        var lowered = Lowerer.Lower(graph, network.Precisions, network.Ranges, new LoweringOptions("Net"));
        Assert.Equal(["MatMul.U8S8", "MatMul.U8S8"], lowered.Plan.Steps.Select(s => s.Method)
            .Where(m => m.StartsWith("MatMul", StringComparison.Ordinal)));
        Assert.Equal(["q.heads"], lowered.Plan.Steps.Where(s => s.Method == "Copy.Strided").Select(s => s.Name));
        using var model = CompiledModel.Compile(lowered);
        Assert.All(new[] { 2, 1, 37 }, tokens => Assert.Null(Difference(network, model, tokens)));
    }

    private static void CheckAll(bool exact, Func<Node, Random, PrecisionConfig> choose)
    {
        var networks = Enumerable.Range(0, Graphs).Select(seed =>
            Prepare(GraphRewrites.Apply(RandomGraphs.Create(seed, exact)), seed, choose)).ToArray();
        var models = CompiledModel.CompileMany([.. networks.Select(n =>
            Lowerer.Lower(n.Graph, n.Precisions, n.Ranges, new LoweringOptions("Net")))]);
        var wrong = networks.Zip(models).SelectMany((n, seed) =>
            Batches.Select(batch => Difference(n.First, n.Second, batch) is { } d ? $"network {seed}, batch {batch}: {d}"
            : null)).OfType<string>().ToArray();
        foreach (var model in models)
        {
            model.Dispose();
        }

        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    private static Network Prepare(Graph graph, int seed, Func<Node, Random, PrecisionConfig> choose)
    {
        var random = new Random(seed);
        var precisions = new PrecisionAssignment(graph.QuantizableNodes.ToDictionary(n => n.Name, n => choose(n, random)));
        var calibration = new BoundedInterpreter(graph, PrecisionAssignment.AllFloat, RangeTable.Empty);
        calibration.Run([Input(graph, 2, 1000)], Symbols(2));
        return new(graph, precisions, new RangeTable(calibration.Seen, calibration.SeenRhs));
    }

    private static string? Difference(Network network, CompiledModel model, int batch)
    {
        var x = Input(network.Graph, batch, batch);
        var expected = new BoundedInterpreter(network.Graph, network.Precisions, network.Ranges).Run([x], Symbols(batch));
        var actual = model.Run([x]);
        for (int o = 0; o < expected.Count; o++)
        {
            for (int i = 0; i < expected[o].Values.Length; i++)
            {
                float a = actual[o].Span<float>()[i], e = expected[o].Values[i];
                if (!(Math.Abs((double)a - e) <= expected[o].Bounds[i]))
                {
                    string operations = string.Join(" ", network.Graph.Nodes.Select(n =>
                        $"{n.Name}:{n.Op.Kind}({network.Precisions[n]})[{string.Join(",", n.Output.Shape)}]"));
                    return string.Create(CultureInfo.InvariantCulture,
                        $"output {o}, element {i}: {a} instead of {e} ± {expected[o].Bounds[i]} in {operations}");
                }
            }
        }

        return null;
    }

    private static Tensor Input(Graph graph, int batch, int seed)
    {
        var random = new Random(seed);
        long[] shape = graph.Inputs[0].Type.ShapeAt(Symbols(batch));
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() * 2) - 1)], shape);
    }

    private static Dictionary<string, long> Symbols(int batch) => new() { ["n"] = batch };

    private sealed record Network(Graph Graph, PrecisionAssignment Precisions, RangeTable Ranges);
}
