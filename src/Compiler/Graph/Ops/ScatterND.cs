using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// x (input 0) with slices replaced by the updates (input 2), or joined with them, at the tuples of indices in the last dimension of input
/// 1.
/// </summary>
internal sealed record ScatterND(BinaryKind? Join) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => inputs[1]!.Constant is null;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, indices, updates) = (inputs[0]!, inputs[1]!, inputs[2]!);
        return indices.Rank >= 1 && indices.Element is ElementType.I64 or ElementType.I32 && updates.Element == x.Element
            && indices.Shape[^1] is { IsConstant: true, Value: >= 1 } length && length.Value <= x.Rank
            && updates.Rank == indices.Rank - 1 + x.Rank - length.Value
            ? [x] : throw new ShapeException($"updates {updates} at tuples of indices {indices} do not fit {x}");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        inputs[2]!.Shape.Zip([.. inputs[1]!.Shape.SkipLast(1), .. inputs[0]!.Shape.Skip((int)inputs[1]!.Shape[^1].Value)]);
}
