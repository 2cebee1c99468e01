using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// x (input 0) with the updates (input 2) written at the positions that the indices (input 1, I64 or I32) name along
/// <paramref name="Axis"/>, or joined with what lies there.
/// </summary>
internal sealed record ScatterElements(int Axis, BinaryKind? Join) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => inputs[1]!.Constant is null;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, indices, updates) = (inputs[0]!, inputs[1]!, inputs[2]!);
        GatherElements.RequireFit(x, indices, Axis);
        return updates.Element == x.Element && updates.Rank == indices.Rank ? [x]
            : throw new ShapeException($"updates {updates} and indices {indices} do not fit {x}");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => inputs[2]!.Shape.Zip(inputs[1]!.Shape);
}
