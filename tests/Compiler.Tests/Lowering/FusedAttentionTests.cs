using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// An attention in one step. The truth is the same network that returns its probabilities too, whose steps are separate: the numbers are
/// the same.
/// </summary>
public sealed class FusedAttentionTests
{
    private const int Heads = 3, Width = 8, Features = Heads * Width;

    /// <summary>Precision, then the shape of the mask, of which n is the number of tokens; none where it is empty.</summary>
    public static TheoryData<string, string[]> Masks => new()
    {
        { "f32", [] }, { "i8", [] }, { "f32", ["n", "n"] }, { "i8a7", ["b", "1", "1", "n"] }, { "f32", ["b", "1", "n", "n"] },
        { "i8", ["1", "3", "n", "n"] }, { "f32", ["n"] }, { "i8a7", ["3", "1", "n"] },
    };

    [Theory]
    [MemberData(nameof(Masks))]
    public void OneStepGivesTheNumbersOfSeveral(string precision, string[] mask)
    {
        using var one = Network(mask).Output("y");
        using var several = Network(mask).Output("y").Output("p");
        foreach (var (sequences, tokens, threads) in new[] { (1, 128, 1), (2, 37, 3), (1, 1, 1), (3, 2, 2), (2, 0, 1) })
        {
            var (fused, steps) = Run(one, precision, mask, sequences, tokens, threads);
            var (separate, others) = Run(several, precision, mask, sequences, tokens, threads);
            Assert.Single(steps, mask.Length == 0 ? "Attention.Run" : "Attention.Masked");
            Assert.DoesNotContain(steps, s => s is "Softmax.Run" or "Zip.Run" or "Copy.Strided");
            Assert.Single(others, "Softmax.Run");
            Assert.Equal(separate[0], fused[0]);
        }
    }

    [Fact]
    public void EachProductHasItsPrecision()
    {
        using var one = Network([]).Output("y");
        using var several = Network([]).Output("y").Output("p");
        foreach (var (scores, mixed) in new[] { ("i8", "f32"), ("f32", "i8a7"), ("i8a7", "i8") })
        {
            string Chosen(Node node) => node.Name == "s" ? scores : node.Name == "m" ? mixed : "f32";
            Assert.Equal(Run(several, Chosen, [], 2, 19, 1).Outputs[0], Run(one, Chosen, [], 2, 19, 1).Outputs[0]);
        }
    }

    /// <summary>What reads the scores too, another axis, and a mask that has more dimensions than the scores.</summary>
    [Fact]
    public void OthersStayApart()
    {
        using var scores = Network([]).Output("y").Output("s");
        using var axis = Network([], axis: 2).Output("y");
        using var larger = Network(["b", "1", "1", "n"], between: "Mul").Output("y");
        foreach (var (network, mask) in new[] { (scores, Array.Empty<string>()), (axis, []), (larger, ["b", "1", "1", "n"]) })
        {
            Assert.DoesNotContain(Run(network, "f32", mask, 1, 7, 1).Steps, s => s.StartsWith("Attention", StringComparison.Ordinal));
        }
    }

    private static TinyModel Network(string[] mask, int axis = -1, string between = "Add")
    {
        var model = new TinyModel().Input("x", "b", "n", Features);
        if (mask.Length > 0)
        {
            model.Input("mask", [.. mask.Select(d => int.TryParse(d, out int size) ? (object)size : d)]);
        }

        model.Initializer("heads", Tensor.Create([0L, 0, Heads, Width], 4)).Initializer("whole", Tensor.Create([0L, 0, Features], 3));
        foreach (var (name, order) in new[] { ("q", new[] { 0L, 2, 1, 3 }), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3]) })
        {
            model.Initializer("w" + name, Ramp(name[0], Features, Features)).Node($"{name}0 = MatMul x w{name}")
                .Node($"{name}1 = Reshape {name}0 heads").Node($"{name} = Transpose {name}1", TinyModel.Attribute("perm", order));
        }

        return model.Node("s = MatMul q k").Node(mask.Length == 0 ? "a = Identity s" : $"a = {between} mask s")
            .Node("p = Softmax a", TinyModel.Attribute("axis", axis)).Node("m = MatMul p v")
            .Node("t = Transpose m", TinyModel.Attribute("perm", 0, 2, 1, 3)).Node("r = Reshape t whole")
            .Initializer("wo", Ramp(5, Features, Features)).Node("y = MatMul r wo");
    }

    private static (float[][] Outputs, string[] Steps) Run(TinyModel model, string precision, string[] mask, int sequences, int tokens,
        int threads) => Run(model, _ => precision, mask, sequences, tokens, threads);

    private static (float[][] Outputs, string[] Steps) Run(TinyModel model, Func<Node, string> precision, string[] mask, int sequences,
        int tokens, int threads)
    {
        var graph = GraphRewrites.Apply(model.Graph());
        var ranges = graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 1));
        var assignment = new PrecisionAssignment(
            graph.QuantizableNodes.ToDictionary(n => n.Name, n => PrecisionConfig.Find(precision(n))!));
        var lowered = Lowerer.Lower(graph, assignment, new RangeTable(ranges, ranges), new LoweringOptions("Tiny") { Threads = threads });
        using var compiled = CompiledModel.Compile(lowered);
        var inputs = new List<Tensor> { Ramp(1, sequences, tokens, Features) };
        if (mask.Length > 0)
        {
            inputs.Add(Ramp(2, [.. mask.Select(d => d switch { "n" => tokens, "b" => sequences, _ => int.Parse(d) })]));
        }

        return ([.. compiled.Run(inputs).Select(o => o.Span<float>().ToArray())], [.. lowered.Plan.Steps.Select(s => s.Method)]);
    }

    private static Tensor Ramp(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() - 0.5f) * 1.4f)], shape);
    }
}
