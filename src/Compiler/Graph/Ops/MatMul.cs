using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y = φ(a·b + bias) with numpy's matrix product: a [..., M, K], b [..., K, N], batch dimensions broadcast; optional bias [N].
/// Rank-1 operands have been reshaped by the importer.
/// </summary>
internal sealed record MatMul(UnaryFunction? Activation = null) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (a, b) = (inputs[0]!, inputs[1]!);
        if (a.Rank < 2 || b.Rank < 2 || a.Element != b.Element)
        {
            throw new ShapeException($"cannot multiply {a} by {b}");
        }

        if (inputs.Count > 2 && inputs[2] is { } bias && bias.Rank != 1)
        {
            throw new ShapeException($"bias {bias} does not fit {b.Shape[^1]} columns");
        }

        return [a.WithShape([.. Broadcasting.Shape([.. a.Shape.SkipLast(2)], [.. b.Shape.SkipLast(2)]), a.Shape[^2], b.Shape[^1]])];
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs)
    {
        var (a, b) = (inputs[0]!, inputs[1]!);
        (IntExpr, IntExpr)[] bias = inputs.Count > 2 && inputs[2] is { } given ? [(given.Shape[0], b.Shape[^1])] : [];
        return [(a.Shape[^1], b.Shape[^2]), .. bias, .. Broadcasting.Equal(outputs[0], inputs.Take(2), matrix: 2)];
    }
}
