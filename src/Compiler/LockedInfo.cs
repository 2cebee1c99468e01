using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;

namespace MixPrec.Compiler;

/// <summary>What the generated class tells about itself, from the decisions of a lock file.</summary>
internal static class LockedInfo
{
    public static PlanInfo Of(LockFile locked, double budget)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var numbers = locked.Numbers;
        return new PlanInfo(
            locked.Loss, budget, numbers.PredictedError, numbers.MeasuredError, numbers.PredictedMicroseconds, numbers.MeasuredMicroseconds, numbers.Float32Microseconds, numbers.Machine,
            new(locked.Layers.Select(l => new PlanLayer(l.Name, l.Operator, l.Precision.Id, l.Precision.Accumulator.ToString(), total > 0 ? l.LossError / total : 0, l.GainMicroseconds))));
    }

    /// <summary>Of precisions that nothing was measured for.</summary>
    public static PlanInfo Unmeasured(Graph graph, PrecisionAssignment precisions, double budget) => PlanInfo.None with
    {
        ErrorBudget = budget,
        Layers = new(graph.QuantizableNodes.Select(n => new PlanLayer(n.Name, n.Op.Kind, precisions[n].Id, precisions[n].Accumulator.ToString(), 0, 0))),
    };
}
