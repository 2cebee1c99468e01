using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// The different slices along an axis. Three outputs, I64: the position where each comes first [count], which of them each slice is [axis
/// length], and how often each comes [count].
/// </summary>
/// <param name="Sorted">In ascending order of their elements; else in the order in which they come first.</param>
internal sealed record Unique(string Count, int Axis, bool Sorted) : Op
{
    public override IReadOnlyList<string> Counts => [Count];

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [new(ElementType.I64, [IntExpr.Count(Count)]), new(ElementType.I64, [inputs[0]!.Shape[Axis]]),
            new(ElementType.I64, [IntExpr.Count(Count)])];
}
