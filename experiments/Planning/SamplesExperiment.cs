using System.Globalization;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Experiments.Sensitivity;
using MixPrec.Experiments.Strategies;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// How many samples are enough to plan with: plans for one budget from the ranges and estimates of few and of many calibration samples, of
/// different ones each time, as they measure on samples that nobody has seen. Multiplications decide, so that no clock does.
/// </summary>
internal sealed class SamplesExperiment(Func<string, StrategyCase?> read, IReadOnlyCollection<string> networks, double budget)
{
    private const int Draws = 3;

    private static readonly int[] s_counts = [8, 32, 128, 512];

    private readonly List<string> _rows = [];

    public IReadOnlyList<string> Names => [.. StrategyCase.Names.Where(n => networks.Count == 0 || networks.Contains(n))];

    public void Write(string folder) => ResultFile.Merge(Path.Combine(folder, "samples.csv"),
        "network,calibration samples,draw,budget,predicted error,measured error,saved of what the fastest saves,layers outside fp32", _rows);

    public void Add(string name)
    {
        if (read(name) is not { } given)
        {
            return;
        }

        var (graph, all) = (given.Network.Graph, given.Samples.Calibration);
        var sizes = SampleSizes.Find(graph, all);
        foreach (int count in s_counts.Where(c => c <= all.Count))
        {
            for (int draw = 0; draw < Draws && (draw + 1) * count <= all.Count; draw++)
            {
                Add(name, graph, new(graph, _ => (all.Slice(draw * count, count), given.Samples.HeldOut), given.Samples.Loss.Kind), count,
                    draw, sizes);
            }
        }
    }

    private void Add(string name, Graph graph, MeasuredErrors network, int count, int draw, IReadOnlyDictionary<string, long> sizes)
    {
        var ranges = network.Ranges(ActivationRanges.MinMax);
        var table = network.Estimate(Estimator.Projected, ranges);
        var problem = new SelectionProblem([.. graph.QuantizableNodes.Select((n, i) => Group(new Subgraph(i, [n], ""), table, sizes))], budget,
            table.MeanSquaredLoss);
        var found = IntegerProgram.Solve(problem);
        var measured = network.Measure([found.Assignment], ranges)[0];
        _rows.Add(string.Create(CultureInfo.InvariantCulture,
            $"{name},{count},{draw},{budget},{found.PredictedError:F5},{Math.Sqrt(measured.Others):F5},")
            + string.Create(CultureInfo.InvariantCulture,
                $"{found.Gain / problem.Groups.Sum(g => g.Configurations.Max(c => c.Gain)):F3},{found.Configurations.Sum(c => c.QuantizedLayers)}"));
        Console.Error.WriteLine(_rows[^1]);
    }

    private static SelectionGroup Group(Subgraph layer, SensitivityTable table, IReadOnlyDictionary<string, long> sizes) => new(layer,
        [.. Candidates.ForNode(layer.Quantizable[0]).Where(p => p.Second is null).Select(p =>
            Configuration.Create(layer, [p], GainModels.Macs(layer, [p], sizes), 0, table))]);
}
