using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// Sizes as the caller of a model has them: over the dimensions of its inputs, under the names of the file. A graph writes sizes in fewer
/// symbols, those that its conditions leave (<see cref="SizeEquations"/>).
/// </summary>
internal sealed class CallerSizes
{
    private readonly IReadOnlyList<SymbolicDimension> _symbols;
    private readonly IReadOnlyList<(SizeUnit Unit, string Units, string Remainder)> _units;

    /// <param name="symbols">Of a graph.</param>
    public CallerSizes(IReadOnlyList<SymbolicDimension> symbols)
    {
        _symbols = symbols;
        _units = [.. _symbols.Where(s => s.Unit is not null).GroupBy(s => s.Unit!)
            .Select(g => (g.Key, g.First().Identifier, g.Last().Identifier))];
    }

    /// <summary>The dimensions of the inputs, then the counts.</summary>
    public IEnumerable<SymbolicDimension> Symbols => _symbols.Where(s => s.Unit is null)
        .Select(s => s.Bound is null ? s : s with { Bound = Of(s.Bound) });

    /// <summary>What has to hold between dimensions before a run; conditions on counts are steps of the run.</summary>
    public IReadOnlyList<(IntExpr Left, IntExpr Right)> Conditions(Graph graph) => [.. _units.Select(u => u.Unit.Condition)
        .Concat(_symbols.Where(s => s.Equal is not null && _units.All(u => u.Unit.Dimension != s.Identifier))
            .Select(s => (IntExpr.Symbol(s.Identifier), Of(s.Equal!))))
        .Concat(EqualSizes.Find(graph).Where(p => !p.Left.HasCount && !p.Right.HasCount)
            .Select(p => IntExpr.WithoutCommonFactors(Of(p.Left), Of(p.Right))))
        .Where(p => p.Item1 != p.Item2).Distinct()];

    public IntExpr Of(IntExpr size) => _units.Aggregate(size, (s, u) => u.Unit.InDimension(s, u.Units, u.Remainder));

    /// <summary>The shape of an input or output. A part of a graph has sizes of its own and no declared ones.</summary>
    public IEnumerable<IntExpr> ShapeOf(Value port) =>
        port.Declared is { } declared && declared.SelectMany(d => d.Symbols)
            .All(d => _symbols.Any(s => s.Identifier == d)) ? declared : port.Shape.Select(Of);

    public PlanArgument Of(PlanArgument argument) => argument switch
    {
        _ when _units.Count == 0 => argument,
        PlanArgument.Integer a => new PlanArgument.Integer(Of(a.Value)),
        PlanArgument.Integers a => new PlanArgument.Integers(new(a.Values.Select(Of))),
        PlanArgument.Location a => a with { Offset = Of(a.Offset) },
        PlanArgument.Construct a => a with { Arguments = new(a.Arguments.Select(Of)) },
        PlanArgument.Sizes a => a with { Members = new(a.Members.Select(m => m with { Value = Of(m.Value) })) },
        _ => argument,
    };
}
