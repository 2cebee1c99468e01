using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Experiments.Accumulation;

namespace MixPrec.Experiments.Sensitivity;

/// <summary>
/// Random assignments of candidates to layers: the loss error that each estimator predicts against what the emitted class measures, and the
/// error of uniform int8 under each rule for activation ranges. Markdown tables.
/// </summary>
/// <param name="files">Model, calibration samples, test samples.</param>
internal sealed class EstimatorExperiment(IReadOnlyList<string> files, int assignments)
{
    private readonly MeasuredErrors _network = new(files[0], files[1], files[2]);

    public void Print(TextWriter output)
    {
        output.WriteLine($"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(files[0])))}: {_network}, {assignments} assignments");
        output.WriteLine();
        Estimates(output);
        Ranges(output);
    }

    private void Estimates(TextWriter output)
    {
        var ranges = _network.Ranges(ActivationRanges.MinMax);
        var random = new Random(1);
        PrecisionAssignment[] drawn = [.. Enumerable.Range(0, assignments).Select(_ => Draw(random))];
        var measured = _network.Measure(drawn, ranges);
        output.WriteLine("| estimator | samples | log-log correlation | predicted / measured: 10 % | 50 % | 90 % |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var kind in Enum.GetValues<Estimator>())
        {
            var table = _network.Estimate(kind, ranges);
            Print($"{kind}", a => _network.Graph.QuantizableNodes.Sum(n => table[n, a[n]]) / table.MeanSquaredLoss);
            if (table.Changes.Count > 0)
            {
                Print($"{kind}, correlated", a => table.Correlated(a) / table.MeanSquaredLoss);
            }
        }

        output.WriteLine();

        void Print(string name, Func<PrecisionAssignment, double> predict)
        {
            double[] predicted = [.. drawn.Select(predict)];
            output.WriteLine($"| {name} | same | {Fit.Compute(predicted, [.. measured.Select(m => m.Same)])} |");
            output.WriteLine($"| {name} | others | {Fit.Compute(predicted, [.. measured.Select(m => m.Others)])} |");
        }
    }

    /// <summary>Few layers or many leave fp32, so that the errors spread over orders of magnitude; one always does.</summary>
    private PrecisionAssignment Draw(Random random)
    {
        while (true)
        {
            double share = random.NextDouble();
            var choices = _network.Graph.QuantizableNodes.ToDictionary(n => n.Name, n =>
            {
                PrecisionConfig[] others = [.. Candidates.ForNode(n).Where(p => p != PrecisionConfig.F32)];
                return others.Length > 0 && random.NextDouble() < share ? others[random.Next(others.Length)] : PrecisionConfig.F32;
            });
            if (choices.Values.Any(p => p != PrecisionConfig.F32))
            {
                return new PrecisionAssignment(choices);
            }
        }
    }

    private void Ranges(TextWriter output)
    {
        output.WriteLine("| ranges | i8: relative RMSE of the loss on other samples | i8a7 |");
        output.WriteLine("|---|---|---|");
        foreach (var kind in Enum.GetValues<ActivationRanges>())
        {
            var measured = _network.Measure([Uniform(PrecisionConfig.I8), Uniform(PrecisionConfig.I8A7)], _network.Ranges(kind));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind} | {Math.Sqrt(measured[0].Others):F5} | {Math.Sqrt(measured[1].Others):F5} |"));
        }

        output.WriteLine();
    }

    private PrecisionAssignment Uniform(PrecisionConfig precision) =>
        Candidates.AsFarAsOffered(_network.Graph, precision);
}
