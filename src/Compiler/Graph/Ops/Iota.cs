using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y[i] = <paramref name="Start"/> + i · <paramref name="Step"/> for i &lt; <paramref name="Length"/>, as I64; no inputs.
/// </summary>
internal sealed record Iota(IntExpr Start, int Step, IntExpr Length) : Op
{
    public override IEnumerable<IntExpr> ReadSizes => [Start, Length];

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [new TensorType(ElementType.I64, [Length])];

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Start.IsConstant ? [Tensor.Create([.. Enumerable.Range(0, (int)Length.Value).Select(i => Start.Value + ((long)i * Step))],
            Length.Value)] : null;
}
