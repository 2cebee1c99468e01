using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// A dimension that is Modulus·units + Low + rest, where the rest is 0 to <paramref name="Rest"/>: a multiple of 32 has modulus 32 and no
/// rest.
/// </summary>
/// <param name="Dimension">The identifier of the dimension.</param>
/// <param name="Low">Above −modulus and below modulus.</param>
/// <param name="Rest">Below the modulus.</param>
internal sealed record SizeUnit(string Dimension, long Modulus, long Low, long Rest)
{
    private IntExpr Offset => IntExpr.Symbol(Dimension) - Low;

    /// <summary>The dimension, from the symbols of its units and of its rest.</summary>
    public IntExpr Of(string units, string rest) =>
        (IntExpr.Within(units, Low + Rest >= 1 ? 0 : 1, long.MaxValue) * Modulus) + Low + IntExpr.Within(rest, 0, Rest);

    /// <summary>An expression over units and rest as one over the dimension.</summary>
    public IntExpr InDimension(IntExpr size, string units, string rest) =>
        size.Substitute(new Dictionary<string, IntExpr> { [rest] = Offset - (IntExpr.Symbol(units) * Modulus) })
            .InUnits(units, Offset, Modulus, Rest);

    /// <summary>What holds exactly for the sizes that are so.</summary>
    public (IntExpr Left, IntExpr Right) Condition =>
        Rest == 0 ? (IntExpr.Symbol(Dimension), (IntExpr.FloorDiv(Offset, Modulus) * Modulus) + Low)
        : Modulus % (Rest + 1) == 0 ? (IntExpr.FloorDiv(Offset, Rest + 1), IntExpr.FloorDiv(Offset, Modulus) * (Modulus / (Rest + 1)))
        : (IntExpr.FloorDiv(Offset, Modulus), IntExpr.FloorDiv(Offset + (Modulus - 1 - Rest), Modulus));
}
