using System.Globalization;
using MixPrec.Compiler.Sensitivity;

namespace MixPrec.Experiments.Accumulation;

/// <summary>Both experiments on every network, and their files.</summary>
internal sealed class AccumulationExperiment(string models, string data, int images)
{
    private readonly List<Outcome> _outcomes = [];
    private readonly List<PredictionExperiment.Point> _points = [];

    public IReadOnlyList<string> Names => ExperimentCase.Names;

    /// <summary>How the estimates of each network go with what was measured.</summary>
    public IEnumerable<(string Network, string Estimate, Fit Fit)> Fits =>
        from network in _points.GroupBy(p => p.Network)
        from estimate in new (string Name, Func<PredictionExperiment.Point, double> Of)[] { ("bound", p => p.Bound),
            ("projected", p => p.Projected) }
        select (network.Key, estimate.Name, Fit.Compute([.. network.Select(estimate.Of)], [.. network.Select(p => p.Measured)]));

    /// <exception cref="MixPrecException">A file is missing or damaged.</exception>
    public void Add(string name)
    {
        var subject = ExperimentCase.Read(name, models, data);
        _outcomes.AddRange(AccuracyExperiment.Run(subject, images));
        if (name.StartsWith("fashion-mnist-mlp", StringComparison.Ordinal))
        {
            _points.AddRange(PredictionExperiment.Run(subject));
        }
    }

    /// <summary>Three tables and two plots of what has been added.</summary>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "accumulation.csv"), Outcome.Heading + string.Concat(_outcomes.Select(o => o.Row)));
        File.WriteAllText(Path.Combine(folder, "accumulation-prediction.csv"),
            PredictionExperiment.Point.Heading + string.Concat(_points.Select(p => p.Row)));
        File.WriteAllText(Path.Combine(folder, "accumulation-fits.csv"),
            "network,estimate,correlation,low,median,high\n" + string.Concat(Fits.Select(f =>
            string.Create(CultureInfo.InvariantCulture,
                $"{f.Network},{f.Estimate},{f.Fit.Correlation:F3},{f.Fit.Low:F3},{f.Fit.Median:F3},{f.Fit.High:F3}\n"))));
        File.WriteAllText(Path.Combine(folder, "accumulation.svg"), AccumulationPlots.Agreement(_outcomes));
        File.WriteAllText(Path.Combine(folder, "accumulation-prediction.svg"), AccumulationPlots.Prediction(_points));
    }
}
