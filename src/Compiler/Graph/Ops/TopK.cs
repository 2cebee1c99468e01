using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// The positions (I64) of the <paramref name="Count"/> largest or smallest elements along a non-negative axis, in that order; of equal
/// elements the earlier comes first.
/// </summary>
internal sealed record TopK(int Axis, IntExpr Count, bool Largest) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => !(inputs[0]!.Shape[Axis] - Count).IsNonNegative;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        return (Count.IsConstant && Count.Value < 0) || (Count - x.Shape[Axis]) is { IsConstant: true, Value: > 0 }
            ? throw new ShapeException($"{Count} elements along axis {Axis} of {x}")
            : [new TensorType(ElementType.I64, [.. x.Shape.Select((s, d) => d == Axis ? Count : s)])];
    }
}
