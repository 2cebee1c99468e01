using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Partition;

/// <summary>Exported decoders: the products of each sub-graph, those of two activations included.</summary>
public sealed class TransformerPartitionTests
{
    [Fact]
    public void LlamaBlocks() => Check("stories260K", blocks: 5,
        "{MatMul_28 MatMul_47 MatMul_66 MatMul_76 MatMul_86} {MatMul_91} {MatMul_101 MatMul_105} {MatMul_108}", 5, 1, 2, 1);

    [Fact]
    public void GptBlocks() => Check("shakespeare-gpt", blocks: 4,
        "{/b.0/q/MatMul /b.0/k/MatMul /b.0/v/MatMul /b.0/MatMul /b.0/MatMul_1} {/b.0/o/MatMul} {/b.0/f1/MatMul} {/b.0/f2/MatMul}", 5,
            1, 1, 1);

    private static void Check(string model, int blocks, string first, params int[] sizes)
    {
        string folder = Path.Combine(SharedMaterial.Models, model);
        SharedMaterial.SkipWhenAbsent(folder);
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(OnnxTestCase.ModelPath(folder), DimensionBindings.None).Graph);
        string[][] parts = [.. SequentialPartition.Partition(graph)
            .Select(s => s.Nodes.Where(n => n.Op is MatMul).Select(n => n.Name).ToArray())];
        Assert.Equal([.. Enumerable.Repeat(sizes, blocks).SelectMany(s => s), 1], parts.Select(p => p.Length));
        Assert.Equal(first, string.Join(" ", parts.Take(sizes.Length).Select(p => $"{{{string.Join(" ", p)}}}")));
    }
}
