using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Integers that follow from the symbolic dimensions, as data; no inputs.</summary>
internal sealed record Dimensions(IReadOnlyList<IntExpr> Elements, ElementType Element, bool Scalar) : Op
{
    public override IEnumerable<IntExpr> ReadSizes => Elements;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [new TensorType(Element, Scalar ? [] : [Elements.Count])];

    public bool Equals(Dimensions? other) => other is not null && Element == other.Element && Scalar == other.Scalar
        && Elements.SequenceEqual(other.Elements);

    public override int GetHashCode() => Elements.Aggregate((int)Element, HashCode.Combine);
}
