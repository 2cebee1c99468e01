using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Picks slices of x (input 0) by tuples of indices, the last dimension of input 1 (I64 or I32, negative counts from the end).
/// </summary>
/// <param name="BatchAxes">Leading dimensions that both inputs share and that indices do not count.</param>
internal sealed record GatherND(int BatchAxes) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => inputs[1]!.Constant is null;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, indices) = (inputs[0]!, inputs[1]!);
        return BatchAxes >= 0 && indices.Rank > BatchAxes && indices.Element is ElementType.I64 or ElementType.I32
            && indices.Shape[^1] is { IsConstant: true, Value: >= 1 } length && BatchAxes + length.Value <= x.Rank
            ? [x.WithShape([.. indices.Shape.SkipLast(1), .. x.Shape.Skip(BatchAxes + (int)length.Value)])]
            : throw new ShapeException($"tuples of indices {indices} after {BatchAxes} batch axes do not fit {x}");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        inputs[0]!.Shape.Zip(inputs[1]!.Shape).Take(BatchAxes);
}
