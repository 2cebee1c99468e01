using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Where a maximum over sliding windows lies: flat positions (I64) in x [N, C, D1…].</summary>
/// <param name="Windows">A <see cref="PoolKind.Max"/>.</param>
/// <param name="ColumnMajor">Positions inside an image count the first spatial dimension fastest.</param>
internal sealed record PoolIndices(Pool Windows, bool ColumnMajor) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => true;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [new TensorType(ElementType.I64, Windows.Infer(inputs)[0].Shape)];
}
