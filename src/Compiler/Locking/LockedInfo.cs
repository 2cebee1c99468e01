using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>What the generated class tells about itself, from the decisions of a lock file.</summary>
internal static class LockedInfo
{
    public static PlanInfo FromPlan(LockedPlan locked, double budget)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var numbers = locked.Numbers;
        return new PlanInfo(
            locked.Loss, budget, Known(numbers.PredictedError), Known(numbers.MeasuredError),
            Known(numbers.PredictedMicroseconds), Known(numbers.MeasuredMicroseconds), Known(numbers.Float32Microseconds), numbers.Machine,
            new(locked.Layers.Select(l =>
                new PlanLayer(l.Name, l.Operator, l.Precision.Id, l.Precision.Accumulator.ToString(), total > 0 ? l.LossError / total : 0,
                Known(l.GainMicroseconds)))));
    }

    /// <summary>Of precisions that nothing was measured for.</summary>
    public static PlanInfo Unmeasured(Graph graph, PrecisionAssignment precisions, double budget) => PlanInfo.None with
    {
        ErrorBudget = budget,
        Layers = new(graph.QuantizableNodes.Select(n =>
            new PlanLayer(n.Name, n.Op.Kind, precisions[n].Id, precisions[n].Accumulator.ToString(), null, null))),
    };

    private static double? Known(double number) => double.IsFinite(number) ? number : null;
}
