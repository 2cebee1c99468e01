using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>The indices (I64 [rank, count]) of the elements that are not zero, in row-major order.</summary>
internal sealed record NonZero(string Count) : Op
{
    public override IReadOnlyList<string> Counts => [Count];

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [new TensorType(ElementType.I64, [inputs[0]!.Rank, IntExpr.Count(Count)])];
}
