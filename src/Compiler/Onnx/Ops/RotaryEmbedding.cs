using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Turns pairs of elements of each head by angles of the position: halves of the head, or neighbours when interleaved. Opset 23.
/// </summary>
internal static class RotaryEmbedding
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var input = f.RequiredSingle(0);
        long heads = node.Attributes.Int("num_heads") ?? 0, turned = node.Attributes.Int("rotary_embedding_dim") ?? 0;
        bool interleaved = node.Attributes.Flag("interleaved");
        var x = input.Rank == 4 ? f.Transpose(input, 0, 2, 1, 3)
            : input.Rank == 3 && heads > 0 && input.Shape[2].DivideExactly(heads) is { } size
                ? f.Reshape(input, input.Shape[0], input.Shape[1], heads, size)
            : throw node.Invalid($"{input.Type} has no {heads} heads");
        var width = turned > 0 ? turned : x.Shape[3];
        var half = width.DivideExactly(2) ?? throw node.Invalid($"{width} elements are no pairs");
        var (cos, sin) = (Angles(node, f, 1, half), Angles(node, f, 2, half));
        var part = width == x.Shape[3] ? x : f.Slice(x, 3, 0, width);
        var (a, b) = interleaved ? (Neighbour(f, part, half, 0), Neighbour(f, part, half, 1))
            : (f.Slice(part, 3, 0, half), f.Slice(part, 3, half, half));
        var (real, imaginary) = (f.Sub(f.Mul(cos, a), f.Mul(sin, b)), f.Add(f.Mul(sin, a), f.Mul(cos, b)));
        var result = interleaved ? f.Reshape(f.Concat(4, Column(f, real), Column(f, imaginary)), part.Shape) : f.Concat(3, real, imaginary);
        result = width == x.Shape[3] ? result : f.Concat(3, result, f.Slice(x, 3, width, x.Shape[3] - width));
        result = input.Rank == 4 ? f.Transpose(result, 0, 2, 1, 3) : f.Reshape(result, input.Shape);
        return [f.Result(f.Cast(result, node.Input(0).Type.Element))];
    }

    /// <summary>[batch, positions, 1, half], picked by the positions where they are given.</summary>
    private static Value Angles(OnnxNode node, Formula f, int index, IntExpr half)
    {
        var table = f.RequiredSingle(index);
        var rows = node.InputOrNull(3) is { } positions ? f.Gather(table, positions, 0) : table;
        return rows.Rank == 3 && !SizeEquations.AreNeverEqual(rows.Shape[2], half) ? f.Reshape(rows, rows.Shape[0], rows.Shape[1], 1, half)
            : throw node.Invalid($"angles {rows.Type} are not {half} for each position");
    }

    private static Value Neighbour(Formula f, Value x, IntExpr half, int which)
    {
        IntExpr[] outer = [.. x.Shape.Take(3)];
        return f.Reshape(f.Slice(f.Reshape(x, [.. outer, half, 2]), 4, which, 1), [.. outer, half]);
    }

    private static Value Column(Formula f, Value x) => f.Reshape(x, [.. x.Shape, 1]);
}
