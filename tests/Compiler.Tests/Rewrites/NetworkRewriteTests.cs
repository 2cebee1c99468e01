using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

/// <summary>What is left of real networks after the rewrites.</summary>
public sealed class NetworkRewriteTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("fashion-mnist-mlp3-relu")]
    [InlineData("fashion-mnist-mlp5-tanh")]
    [InlineData("fashion-mnist-cnn")]
    [InlineData("mnist-8")]
    [InlineData("resnet20-cifar10")]
    [InlineData("squeezenet1.1")]
    [InlineData("ultraface-rfb-320")]
    public void EveryActivationAndScaleThatMayBeFusedIs(string name)
    {
        string folder = Path.Combine(SharedMaterial.Models, name);
        SharedMaterial.SkipWhenAbsent(folder);
        var imported = OnnxModelReader.Read(OnnxTestCase.ModelPath(folder), DimensionBindings.None).Graph;
        var graph = GraphRewrites.Apply(imported);
        log.WriteLine($"{imported.Nodes.Count} nodes became {graph.Nodes.Count}: {string.Join(" ", graph.Nodes.GroupBy(n => n.Op.Kind).Select(g => $"{g.Key} {g.Count()}"))}");
        foreach (var node in graph.Nodes)
        {
            log.WriteLine($"{node.Name}: {node.Op.Kind} {node.Op switch { Conv c => c.Activation, MatMul m => m.Activation, _ => null }} {node.Output.Type}");
        }

        Assert.Equal(imported.Outputs.Select(o => (o.Name, o.Type)), graph.Outputs.Select(o => (o.Name, o.Type)));
        Assert.Equal(imported.QuantizableNodes.Select(n => n.Name), graph.QuantizableNodes.Select(n => n.Name));
        Assert.DoesNotContain(graph.Nodes, n => n.Op is Unary && n.Input(0).Producer is { Op: Conv or MatMul } producer
            && graph.HasOneUse(producer.Output));
    }
}
