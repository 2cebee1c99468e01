using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>What was measured of one plan of the curve.</summary>
internal sealed record CurveMeasurement(LossError Error, TimeComparison Times, long WeightBytes);

/// <summary>
/// The plans that the integer program chooses over a sweep of budgets, for each objective, with two baselines; each distinct one is
/// compiled and measured as a whole.
/// </summary>
/// <param name="assemble">The problem of an objective.</param>
/// <param name="measure">Compiles and measures an assignment.</param>
internal sealed class TradeOffCurve(Func<Objective, SelectionProblem> assemble, Func<PrecisionAssignment, CurveMeasurement> measure,
    StageProgress progress)
{
    private const int BudgetsPerDecade = 4;

    public IReadOnlyList<CurvePoint> Trace(double budget)
    {
        var problem = assemble(Objective.Time);
        StrategyPlan[] plans = [.. StrategyPlan.Sweep(assemble, ParetoSweep.Budgets(budget, BudgetsPerDecade))];
        var measured = new Dictionary<string, CurveMeasurement>();
        StrategyPlan[] distinct = [.. plans.DistinctBy(c => c.Text)];
        foreach (var plan in distinct)
        {
            progress.Step(measured.Count, distinct.Length);
            measured[plan.Text] = measure(plan.Assignment);
        }

        return CurvePoint.WithFront([.. plans.DistinctBy(c => (c.Strategy, c.Text)).Select(c => Point(c, measured[c.Text], problem))]);
    }

    private static CurvePoint Point(StrategyPlan plan, CurveMeasurement measured, SelectionProblem problem)
    {
        double float32 = measured.Times.First.Nanoseconds, gain = plan.Chosen.Sum(c => c.GainNanoseconds);
        return new(plan.Strategy, plan.Budget, problem.RelativeError(plan.Chosen),
            measured.Error.Value, measured.Error.UpperBound95, float32 * (1 - (gain / problem.FloatNanoseconds)) / 1000,
            measured.Times.IsPredicted ? double.NaN : measured.Times.Second.Nanoseconds / 1000, float32 / 1000, measured.WeightBytes,
            plan.Chosen.Sum(c => c.QuantizedLayers));
    }
}
