using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;
using MixPrec.Experiments.Sensitivity;
using MixPrec.Experiments.Strategies;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// What each candidate errs where all layers have it that there is a kernel for: as its error model predicts, and as the emitted class
/// measures on samples that nothing was made from. Ranges are min-max and weights rounded to the nearest values.
/// </summary>
internal sealed class FormatsExperiment(Func<string, StrategyCase?> read, IReadOnlyCollection<string> networks)
{
    private readonly List<string> _rows = [];

    public IReadOnlyList<string> Names => [.. StrategyCase.Names.Where(n => networks.Count == 0 || networks.Contains(n))];

    public void Add(string name)
    {
        if (read(name) is not { } given)
        {
            return;
        }

        var graph = given.Network.Graph;
        var network = new MeasuredErrors(graph, _ => (given.Samples.Calibration, given.Samples.HeldOut), given.Samples.Loss.Kind);
        var ranges = network.Ranges(ActivationRanges.MinMax);
        var table = network.Estimate(Estimator.Projected, ranges);
        (PrecisionConfig Precision, PrecisionAssignment Assignment)[] uniform = [.. PrecisionConfig.All
            .Where(p => p.Second is null && p != PrecisionConfig.F32).Select(p => (p, Candidates.AsFarAsOffered(graph, p)))
            .Where(u => u.Item2.Choices.Any())];
        foreach (var ((precision, assignment), error) in uniform.Zip(network.Measure([.. uniform.Select(u => u.Assignment)], ranges)))
        {
            Node[] layers = [.. graph.QuantizableNodes], own = [.. layers.Where(n => assignment[n] == precision)];
            double predicted = Math.Sqrt(own.Sum(n => table[n, precision]) / table.MeanSquaredLoss);
            long bytes = layers.Sum(n => OpCost.WeightBytes(n, assignment[n])), exact = layers.Sum(n =>
                OpCost.WeightBytes(n, PrecisionConfig.F32));
            _rows.Add(string.Create(CultureInfo.InvariantCulture, $"{name},{precision},{own.Length},{layers.Length},{predicted:G3},")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{Math.Sqrt(error.Others):G3},{predicted / Math.Sqrt(error.Others):F2},{bytes},{(double)bytes / exact:F3}"));
            Console.Error.WriteLine(_rows[^1]);
        }
    }

    public void Write(string folder) => ResultFile.Merge(Path.Combine(folder, "formats.csv"),
        "network,candidate,layers in it,layers,predicted error,measured error,predicted over measured,bytes of weights,of fp32", _rows);
}
