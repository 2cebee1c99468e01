using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

internal enum ReduceKind
{
    Mean, Sum, Max, Min, Prod,
}

/// <summary>
/// Mean, sum, product, maximum or minimum over <paramref name="Axes"/> (non-negative, ascending), which stay as 1 or disappear.
/// </summary>
internal sealed record Reduce(ReduceKind Function, IReadOnlyList<int> Axes, bool KeepDimensions) : Op
{
    public override string Kind => $"Reduce{Function}";

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        if (Axes.Any(a => a < 0 || a >= x.Rank))
        {
            throw new ShapeException($"axes [{string.Join(", ", Axes)}] do not fit {x}");
        }

        return [x.WithShape([.. x.Shape.Select((d, i) => Axes.Contains(i) ? KeepDimensions ? IntExpr.One : null : d).OfType<IntExpr>()])];
    }

    public bool Equals(Reduce? other) => other is not null && Function == other.Function && KeepDimensions == other.KeepDimensions
        && Axes.SequenceEqual(other.Axes);

    public override int GetHashCode() => HashCode.Combine(Function, KeepDimensions, Axes.Count);
}
