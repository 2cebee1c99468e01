using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// numpy's matrix product: a vector on the left is a row, on the right a column, and that dimension is dropped again. Opset 1, 9
/// (integers), 13 (bf16).
/// </summary>
internal static class MatMul
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var a = Elementwise.RequireFactor(node, node.Input(0));
        var b = node.Input(1, a.Type.Element);
        if (a.Rank == 0 || b.Rank == 0)
        {
            throw node.Invalid($"cannot multiply {a.Type} by {b.Type}");
        }

        if (a.Rank > 1 && b.Rank > 1)
        {
            return [node.Add(new Graphs.Ops.MatMul(), a, b)];
        }

        var lhs = a.Rank > 1 ? a : node.AddPart("row", new Graphs.Ops.Reshape([1, a.Shape[0]]), a);
        var rhs = b.Rank > 1 ? b : node.AddPart("column", new Graphs.Ops.Reshape([b.Shape[0], 1]), b);
        var product = node.AddPart("product", new Graphs.Ops.MatMul(), lhs, rhs);
        var shape = product.Shape.SkipLast(2).Concat(a.Rank > 1 ? [product.Shape[^2]] : []).Concat(b.Rank > 1 ? [product.Shape[^1]] : []);
        return [node.Add(new Graphs.Ops.Reshape([.. shape]), product)];
    }
}
