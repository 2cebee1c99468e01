using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx;

/// <summary>The form that ArgMax and ArgMin share. Opset 1, 11 (negative axes), 12 (select_last_index), 13 (bf16).</summary>
internal static class ArgReduction
{
    public static IReadOnlyList<Value> Import(OnnxNode node, bool largest)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        int axis = node.Axis(node.Attributes.Int("axis") ?? 0, x.Rank);
        var position = node.AddPart("position", new ArgExtreme(axis, largest, node.Attributes.Flag("select_last_index")), x);
        bool keep = node.Attributes.Flag("keepdims", absent: true);
        return [node.Add(new Reshape(keep ? position.Shape : [.. position.Shape.Where((_, d) => d != axis)]), position)];
    }
}
