using MixPrec.Compiler.Conditioning;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using MixPrec.Experiments.Plots;

namespace MixPrec.Experiments.Attention;

/// <summary>The figure of the experiment: agreement with fp32 over cost, a plot for each part.</summary>
internal static class AttentionPlot
{
    public static string Svg(IEnumerable<AttentionOutcome> outcomes) =>
        new Chart("Same next character as fp32, over cost: E4M3 (IEEE-like) accumulators, recomputed in FP16",
            "cost per multiply-add (FP16 = 1)", "share of positions",
            [.. outcomes.GroupBy(o => o.Part).Select(part => new Panel(part.Key.Name,
            [
                Of(part, "uniform", "#333333", false, o => o.Scheme is "low" or "high"),
                Of(part, "random", "#999999", true, o => o.Scheme == "random" && o.Rule!.Numerator == Numerator.RowNorm),
                Of(part, "mixed, dropped", "#d55e00", true, o => o.Scheme == "mixed" && o.Rule!.Numerator == Numerator.Dropped),
                Of(part, "mixed, row norm", "#009e73", true, o => o.Scheme == "mixed" && o.Rule!.Numerator == Numerator.RowNorm),
                Of(part, "mixed, exact", "#0072b2", true, o => o.Scheme == "mixed" && o.Rule!.Numerator == Numerator.Exact),
            ]))]).Svg();

    private static Series Of(IEnumerable<AttentionOutcome> outcomes, string name, string color, bool line,
        Func<AttentionOutcome, bool> belongs) =>
        new(name, color, line, [.. outcomes.Where(belongs).OrderBy(o => o.Cost).Select(o => (o.Cost, o.Predictions.Agreement))]);
}
