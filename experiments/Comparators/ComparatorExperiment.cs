using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Experiments.Sensitivity;
using MixPrec.Experiments.Strategies;

namespace MixPrec.Experiments.Comparators;

/// <summary>
/// Who finds the plan that errs least where the multiplications of all layers may take so long: the estimate of a build with its integer
/// program, the same program with the prices of HAWQ-V2, and the search of EvoPress. Layers with weights are in fp32 or in bytes; errors
/// are those of emitted classes on samples that nobody has seen.
/// </summary>
/// <param name="bounds">Of each search.</param>
/// <param name="seeds">Searches from a drawn plan.</param>
internal sealed class ComparatorExperiment(Func<string, StrategyCase?> read, IReadOnlyCollection<string> networks, SearchBounds bounds,
    int seeds)
{
    /// <summary>Of what everything in bytes saves.</summary>
    private static readonly double[] s_savings = [0.25, 0.5, 0.75];

    private const int Probes = 4, HessianSamples = 64, SmallBatch = 16;

    private readonly List<string> _rows = [];

    public IReadOnlyList<string> Names => [.. StrategyCase.Names.Where(n => networks.Count == 0 || networks.Contains(n))];

    public void Write(string folder) => ResultFile.Merge(Path.Combine(folder, "comparators.csv"),
        "network,saved of what bytes save,who,measured error,on its own samples,layers in bytes,CPU seconds,generations,samples that decide",
        _rows);

    /// <param name="written">Called after each row.</param>
    public void Add(string name, Action written)
    {
        if (read(name) is not { } given)
        {
            return;
        }

        var graph = given.Network.Graph;
        var network = new MeasuredErrors(graph, _ => (given.Samples.Calibration, given.Samples.HeldOut), given.Samples.Loss.Kind);
        var ranges = network.Ranges(ActivationRanges.MinMax);
        Node[] layers = [.. graph.QuantizableNodes.Where(n => n.HasConstantWeights()
            && Candidates.ForNode(n).Contains(PrecisionConfig.I8))];
        var sizes = SampleSizes.Find(graph, given.Samples.Calibration);
        (double Float32, double Bytes)[] times = [.. layers.Select(n => OpCost.Macs(n, sizes))
            .Select(m => (PrecisionConfig.F32.Nanoseconds(m), PrecisionConfig.I8.Nanoseconds(m)))];
        using var executor = new TorchExecutor(graph);
        var (projected, secondsOfEstimate) = Timed(() => network.Estimate(Estimator.Projected, ranges));
        double[] errors = [.. layers.Select(n => projected[n, PrecisionConfig.I8])];
        Batch[] small = [.. Batch.Split(graph, given.Samples.Calibration, SmallBatch)];
        var (prices, secondsOfTraces) = Timed(() => new HessianTrace(executor, graph, given.Samples.Loss.Kind)
            .Prices([.. small.TakeWhile((_, i) => i * SmallBatch < HessianSamples)], ranges, PrecisionConfig.I8, Probes));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{layers.Length} layers, estimates {secondsOfEstimate:F0} s, traces {secondsOfTraces:F0} s of CPU"));
        using var emulated = new EmulatedPlan(executor, graph, given.Samples.Loss.Kind, ranges);
        double Error(bool[] choice, int samples) => emulated.SquaredChanges(Precisions(layers, choice),
            small.TakeWhile((b, i) => i * b.Samples.Count < samples));
        foreach (double saving in s_savings)
        {
            double all = times.Sum(t => t.Float32), most = all - (saving * times.Sum(t => t.Float32 - t.Bytes));
            var search = new EvolutionarySearch(times, most, Error, bounds);
            var (own, secondsOfProgram) = Timed(() => Cheapest(layers, errors, times, most));
            Tell("integer program", own, secondsOfEstimate + secondsOfProgram);
            var (hessian, secondsOfOther) = Timed(() => Cheapest(layers, [.. layers.Select(n => prices[n.Name])], times, most));
            Tell("HAWQ-V2", hessian, secondsOfTraces + secondsOfOther);
            for (int seed = 0; seed < seeds; seed++)
            {
                var (found, seconds) = Timed(() => search.Run(new Random(seed), told: Progress));
                Tell("search", found, seconds);
            }

            var (better, more) = Timed(() => search.Run(new Random(seeds), own, Progress));
            Tell("search from the program's", better, secondsOfEstimate + secondsOfProgram + more);

            void Tell(string who, bool[] choice, double seconds)
            {
                var error = network.Measure([new PrecisionAssignment(Precisions(layers, choice))], ranges)[0];
                string searched = who.StartsWith("search", StringComparison.Ordinal) ? $"{bounds.Generations},{bounds.Samples}" : ",";
                _rows.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{name},{saving},{who},{Math.Sqrt(error.Others):F5},{Math.Sqrt(error.Same):F5},{choice.Count(c => c)},{seconds:F1},")
                    + searched);
                Console.Error.WriteLine(_rows[^1]);
                written();
            }
        }
    }

    private static void Progress(int generation, double least) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"    generation {generation + 1}, Σ of squared changes {least:G4}"));

    private static Dictionary<string, PrecisionConfig> Precisions(Node[] layers, bool[] choice) =>
        layers.Zip(choice).Where(l => l.Second).ToDictionary(l => l.First.Name, _ => PrecisionConfig.I8);

    /// <summary>The choice of the least error that takes no more time: the build's program with both exchanged.</summary>
    private static bool[] Cheapest(Node[] layers, double[] errors, (double Float32, double Bytes)[] times, double most)
    {
        SelectionGroup[] groups = [.. layers.Select((node, i) => new SelectionGroup(new Subgraph(i, [node], ""),
        [
            new([PrecisionConfig.F32], 0, 0, times[i].Float32, 0), new([PrecisionConfig.I8], -errors[i], 0, times[i].Bytes, 0),
        ]))];
        return [.. IntegerProgram.Solve(new(groups, 1, most)).Chosen.Select(c => c == 1)];
    }

    private static (T Result, double Seconds) Timed<T>(Func<T> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        var result = work();
        return (result, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
