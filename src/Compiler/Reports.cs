using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Report;
using MixPrec.Plan;

namespace MixPrec.Compiler;

/// <summary>The report as far as the options and a lock file fill it.</summary>
internal static class Reports
{
    public static BuildReport Start(CompilerOptions options) => new()
    {
        ClassName = options.ClassName,
        Model = Path.GetFileName(options.Model),
        ErrorBudget = options.ErrorBudget,
        MinTop1Agreement = options.MinTop1Agreement,
    };

    /// <summary>A network in which nothing was chosen.</summary>
    public static BuildReport Unmeasured(CompilerOptions options, Graph graph, PrecisionAssignment precisions) => Start(options) with
    {
        Layers = [.. graph.QuantizableNodes.Select((n, i) => new ReportLayer(n.Name, n.Op.Kind, "", precisions[n].Id, 0, 0, 0, 0, i))],
    };

    /// <summary>With the words of the plan for every layer: what its kernel computes and, for 16-bit sums, the proof that they are exact.</summary>
    public static BuildReport Explained(BuildReport report, ModelPlan plan)
    {
        var comments = plan.Steps.ToLookup(s => s.Name, s => s.Comment);
        return report with { Layers = [.. report.Layers.Select(l => l with { Reason = comments[l.Name].LastOrDefault("") })] };
    }

    public static BuildReport OfLock(CompilerOptions options, LockFile locked)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        return Start(options) with
        {
            Loss = locked.Loss,
            Machine = locked.Numbers.Machine,
            HeldOutSamples = locked.Numbers.HeldOutSamples,
            PredictedError = locked.Numbers.PredictedError,
            MeasuredError = locked.Numbers.MeasuredError,
            UpperBound95 = locked.Numbers.UpperBound95,
            Float32Microseconds = locked.Numbers.Float32Microseconds,
            PredictedMicroseconds = locked.Numbers.PredictedMicroseconds,
            MeasuredMicroseconds = locked.Numbers.MeasuredMicroseconds,
            Layers = [.. locked.Layers.Select((l, i) => new ReportLayer(l.Name, l.Operator, "", l.Precision.Id, total > 0 ? l.LossError / total : 0, l.GainMicroseconds * 1e3, 0, 0, i))],
            Options = [new("Decisions", "taken from the lock file")],
        };
    }
}
