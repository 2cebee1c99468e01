using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Writes slices at tuples of indices. Opset 11, 13 (bf16), 16 (reduction), 18 (max, min).</summary>
internal static class ScatterND
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var join = Scattering.Join(node);
        return [Scattering.Written(node, new Graphs.Ops.ScatterND(join), join, node.Input(1, ElementType.I64))];
    }
}
