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

    /// <summary>Number of elements at most: kernels count them with 32 bits.</summary>
    public const int LargestLength = int.MaxValue;

    /// <summary>The one check of sizes, before anything of the type is allocated: dimensions that follow from symbols count as 1.</summary>
    /// <exception cref="ShapeException">A dimension is negative.</exception>
    /// <exception cref="SizeLimitException">There are more elements than <see cref="LargestLength"/>; a dimension of 0 counts as
    /// 1.</exception>
    public void RequireSize()
    {
        Int128 count = 1;
        foreach (var dimension in Shape.Where(d => d.IsConstant))
        {
            // Neither factor exceeds 63 bits here, so that the product fits.
            count *= dimension.Value >= 0 ? Math.Max(dimension.Value, 1) : throw new ShapeException($"{this} has a negative dimension");
            if (count > LargestLength)
            {
                throw new SizeLimitException(this, Shape.Where(d => d.IsConstant)
                    .Aggregate((Int128)1, (product, d) => product > long.MaxValue ? product : product * d.Value));
            }
        }
    }

    public TensorType WithShape(params IReadOnlyList<IntExpr> shape) => new(Element, shape);

    public bool Equals(TensorType? other) => other is not null && Element == other.Element && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => Shape.Aggregate((int)Element, HashCode.Combine);

    public override string ToString() => $"{Element}[{string.Join(", ", Shape)}]";
}
