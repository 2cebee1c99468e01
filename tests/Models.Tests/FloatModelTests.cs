using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Models.Tests;

/// <summary>
/// Trained public networks: the emitted fp32 class against ONNX Runtime and TorchSharp, on the inputs that come with each.
/// </summary>
public sealed class FloatModelTests
{
    private const double UnitRoundoff = 1.0 / (1 << 24);

    public static TheoryData<string> Networks => new(
        "fashion-mnist-cnn", "fashion-mnist-mlp3-relu", "fashion-mnist-mlp3-tanh", "fashion-mnist-mlp5-relu", "fashion-mnist-mlp5-tanh",
            "kwt1", "mnist-8",
        "mnist-mlp3-relu", "mnist-mlp3-tanh", "mnist-mlp5-relu", "mnist-mlp5-tanh", "resnet20-cifar10", "shakespeare-gpt", "squeezenet1.1",
            "stories260K", "ultraface-rfb-320");

    [Theory]
    [MemberData(nameof(Networks))]
    public void EmittedCodeAgreesWithOnnxRuntimeAndTorch(string name)
    {
        string folder = Path.Combine(SharedMaterial.Models, name);
        SharedMaterial.SkipWhenAbsent(folder);
        string path = OnnxTestCase.ModelPath(folder);
        var inputs = OnnxTestCase.ReadSets(folder)[0].Inputs;
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);

        using var emitted = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Network")));
        var actual = emitted.Run(inputs);
        using var reference = new OnnxRuntimeReference(path);
        Agree(graph, [.. reference.Run(inputs)], actual);
        Agree(graph, [.. new TorchExecutor(graph).Outputs(inputs).Select(o => o.Span<float>().ToArray())], actual);
    }

    /// <summary>
    /// To first order, a sum of k products in any order is off by at most k units of roundoff of the sum of their sizes; over a chain of
    /// products these bounds add. Both sides may be off. Sizes are those of the largest output element, for small ones come from
    /// cancellation.
    /// </summary>
    private static void Agree(Graph graph, IReadOnlyList<float[]?> expected, IReadOnlyList<Tensor> actual)
    {
        double bound = 2 * UnitRoundoff * graph.Nodes.Where(n => n.Op is MatMul or Conv).Sum(Depth);
        Assert.Contains(expected, values => values is not null);
        for (int o = 0; o < expected.Count; o++)
        {
            if (expected[o] is not { } values)
            {
                continue;
            }

            Assert.Equal(ElementType.F32, actual[o].Type);
            var y = actual[o].Span<float>();
            Assert.Equal(values.Length, y.Length);
            double largest = values.Max(MathF.Abs), difference = 0;
            for (int i = 0; i < y.Length; i++)
            {
                difference = Math.Max(difference, float.IsNaN(y[i]) ? double.PositiveInfinity : Math.Abs((double)y[i] - values[i]));
            }

            Assert.True(double.IsFinite(largest), $"output {o} is not finite");
            Assert.True(difference <= bound * largest,
                $"output {o}: off by {difference:E2} where {bound * largest:E2} is allowed (largest element {largest:E2})");
        }
    }

    /// <summary>64 where the length of the sum is a symbol: the longest of these sequences.</summary>
    private static double Depth(Node node) => OpCost.Depth(node) is { IsConstant: true } depth ? depth.Value : 64;
}
