using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Element type and shape of a value; dimensions are integer expressions over the graph's symbols.</summary>
internal sealed record TensorType(ElementType Element, IReadOnlyList<IntExpr> Shape)
{
    public int Rank => Shape.Count;

    /// <summary>Number of elements.</summary>
    public IntExpr Length => IntExpr.Product(Shape);

    /// <summary>True when no dimension holds a symbol.</summary>
    public bool IsStatic => Shape.All(d => d.IsConstant);

    /// <summary>The shape under given values of the symbols.</summary>
    public long[] ShapeAt(IReadOnlyDictionary<string, long> symbols) => [.. Shape.Select(d => d.Evaluate(symbols))];

    public TensorType WithShape(params IReadOnlyList<IntExpr> shape) => new(Element, shape);

    public bool Equals(TensorType? other) => other is not null && Element == other.Element && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => Shape.Aggregate((int)Element, HashCode.Combine);

    public override string ToString() => $"{Element}[{string.Join(", ", Shape)}]";
}
