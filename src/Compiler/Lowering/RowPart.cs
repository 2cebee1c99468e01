using MixPrec.Plan;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering;

/// <summary>Some rows of what a layer gives.</summary>
/// <param name="Image">Of the batch.</param>
/// <param name="First">The first row.</param>
/// <param name="Count">Rows.</param>
internal sealed record RowPart(IntExpr Image, IntExpr First, IntExpr Count)
{
    /// <summary>Where they go; null: to their place in the whole result.</summary>
    public Location? To { get; init; }

    /// <summary>Where the rows that they are computed of lie; null: in the whole input.</summary>
    public Source? From { get; init; }

    /// <param name="At">Place of the first row.</param>
    /// <param name="First">Which row of the input that is.</param>
    /// <param name="Count">Rows that are there.</param>
    public sealed record Source(Location At, IntExpr First, IntExpr Count);
}
