using MixPrec.Compiler.Conditioning;
using MixPrec.Experiments.Emulation;
using MixPrec.Experiments.Plots;

namespace MixPrec.Experiments.Accumulation;

/// <summary>The two figures of the experiment.</summary>
internal static class AccumulationPlots
{
    /// <summary>
    /// Agreement with fp32 over cost with the paper's low format and scaled sums, a plot for each network. Accuracy itself moves by less
    /// than its sampling error.
    /// </summary>
    public static string Agreement(IEnumerable<Outcome> outcomes)
    {
        var shown = outcomes.Where(o => o.Low == FloatFormat.E4M3Ieee.Name && o.Scaled).ToArray();
        return new Chart("Same class as fp32, over cost: E4M3 (IEEE-like) accumulators, recomputed in FP16",
            "cost per multiply-add (FP16 = 1)", "share of images",
            [.. shown.GroupBy(o => o.Network).Select(network => new Panel($"{network.Key}, {network.First().Images} images",
            [
                Of(network, "uniform", "#333333", false, o => o.Scheme is "low" or "high"),
                Of(network, "random", "#999999", true, o => o.Scheme == "random" && o.Numerator == "Dropped"),
                Of(network, "mixed, dropped", "#d55e00", true, o => o.Scheme == "mixed" && o.Numerator == "Dropped"),
                Of(network, "mixed, row norm", "#009e73", true, o => o.Scheme == "mixed" && o.Numerator == "RowNorm"),
                Of(network, "mixed, exact", "#0072b2", true, o => o.Scheme == "mixed" && o.Numerator == "Exact"),
                Of(network, "static", "#cc79a7", true, o => o.Scheme == "static"),
            ]))]).Svg();
    }

    /// <summary>Predicted over measured loss changes; the dashed line is equality.</summary>
    public static string Prediction(IEnumerable<PredictionExperiment.Point> points) =>
        new Chart("Mean squared change of the loss: predicted over measured", "measured", "predicted",
            [.. points.GroupBy(p => p.Network).Select(network => new Panel(network.Key,
            [
                new Series("bound", "#d55e00", false, [.. network.Select(p => (p.Measured, p.Bound))]),
                new Series("projected", "#0072b2", false, [.. network.Select(p => (p.Measured, p.Projected))]),
            ]))], Logarithmic: true).Svg();

    private static Series Of(IEnumerable<Outcome> outcomes, string name, string color, bool line, Func<Outcome, bool> belongs) =>
        new(name, color, line, [.. outcomes.Where(belongs).OrderBy(o => o.Cost).Select(o => (o.Cost, o.Agreement))]);
}
