using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>What the generated class tells about itself, from the decisions of a lock file.</summary>
internal static class LockedInfo
{
    public static PlanInfo FromPlan(LockedPlan locked, CompilerOptions options)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var numbers = locked.Numbers;
        return new PlanInfo(
            locked.Loss, options.ErrorBudget, Known(numbers.PredictedError), Known(numbers.MeasuredError),
            Known(numbers.PredictedMicroseconds), Known(numbers.MeasuredMicroseconds), Known(numbers.Float32Microseconds), numbers.Machine,
            new(locked.Layers.Select(l =>
                new PlanLayer(l.Name, l.Operator, l.Precision.Id, l.Precision.Accumulator.ToString(), total > 0 ? l.LossError / total : 0,
                Known(l.GainMicroseconds))))) { Threads = options.Threads };
    }

    /// <summary>Of precisions that nothing was measured for.</summary>
    public static PlanInfo Unmeasured(Graph graph, PrecisionAssignment precisions, CompilerOptions options) => PlanInfo.None with
    {
        ErrorBudget = options.ErrorBudget,
        Threads = options.Threads,
        Layers = new(graph.QuantizableNodes.Select(n =>
            new PlanLayer(n.Name, n.Op.Kind, precisions[n].Id, precisions[n].Accumulator.ToString(), null, null))),
    };

    private static double? Known(double number) => double.IsFinite(number) ? number : null;
}
