using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>The position (I64) of the largest or smallest element along a non-negative axis, which stays as 1.</summary>
/// <param name="Last">Of equal elements the last one counts, not the first.</param>
internal sealed record ArgExtreme(int Axis, bool Largest, bool Last) : Op
{
    public override string Kind => Largest ? "ArgMax" : "ArgMin";

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [new TensorType(ElementType.I64, [.. inputs[0]!.Shape.Select((d, i) => i == Axis ? IntExpr.One : d)])];
}
