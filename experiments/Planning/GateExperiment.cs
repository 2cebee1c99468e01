using System.Globalization;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Verification;
using MixPrec.Experiments.Sensitivity;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// How often a plan that has passed the gate errs more than its budget on samples that nobody has seen: random splits of labelled samples
/// into held-out and fresh ones, plans from fast to exact, of which the first ships whose 95 % bound is within the budget.
/// </summary>
/// <param name="splits">Random splits for each budget and number of held-out samples.</param>
internal sealed class GateExperiment(string models, string data, int test, int splits)
{
    private const int Plans = 12;

    private static readonly int[] HeldOut = [64, 256, 1024];

    private readonly List<string> _rows = [];

    public static IReadOnlyList<string> Names { get; } = ["fashion-mnist-cnn"];

    public void Add(string name)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Path.Combine(models, name, "model.onnx"), DimensionBindings.None).Graph);
        var network = new MeasuredErrors(graph, g => (Read("calibration", 512, g), Read("test", test, g)));
        var ranges = network.Ranges(ActivationRanges.MinMax);
        double[][] losses = network.LossesOf([PrecisionAssignment.AllFloat, .. Assignments(graph)], ranges);
        double[] exact = losses[0];
        int[] all = [.. Enumerable.Range(0, exact.Length)];
        double[] errors = [.. losses[1..].Select(plan => Error(exact, plan, all))];
        foreach (int held in HeldOut)
        {
            var judged = Judge(held, exact, losses[1..]);
            foreach (double share in new[] { 0.5, 0.75, 1, 1.25 })
            {
                _rows.Add(Row(name, held, share * errors.Order().ElementAt(errors.Length / 2), judged));
                Console.Error.WriteLine(_rows[^1]);
            }
        }
    }

    public void Write(string folder) => File.WriteAllLines(Path.Combine(folder, "gate.csv"),
        ["network,held-out samples,budget,splits,a plan passed,of these above the budget on fresh samples,fresh errors above the bound of a plan", .. _rows]);

    /// <summary>For each split and plan the bound on the held-out samples, and the error on all others.</summary>
    private (double Bound, double Fresh)[][] Judge(int held, double[] exact, double[][] plans)
    {
        var random = new Random(held);
        return [.. Enumerable.Range(0, splits).Select(_ =>
        {
            int[] order = [.. Enumerable.Range(0, exact.Length)];
            random.Shuffle(order);
            int[] seen = order[..held], fresh = order[held..];
            double[] reference = [.. seen.Select(s => exact[s])];
            return plans.Select(plan => (LossError.Compute(reference, [.. seen.Select(s => plan[s])]).UpperBound95,
                Error(exact, plan, fresh))).ToArray();
        })];
    }

    private static string Row(string name, int held, double budget, (double Bound, double Fresh)[][] judged)
    {
        var shipped = judged.Where(s => s.Any(p => p.Bound <= budget)).Select(s => s.First(p => p.Bound <= budget)).ToArray();
        double above = judged.SelectMany(s => s).Average(p => p.Fresh > p.Bound ? 1 : 0);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name},{held},{budget:F5},{judged.Length},{shipped.Length},{shipped.Count(p => p.Fresh > budget)},{above:F3}");
    }

    /// <summary>The fastest first: all layers in bytes, then fewer and fewer of them, drawn from a fixed seed.</summary>
    private static IEnumerable<PrecisionAssignment> Assignments(Graph graph)
    {
        var random = new Random(5);
        Node[] layers = [.. graph.QuantizableNodes];
        return Enumerable.Range(0, Plans).Select(plan => new PrecisionAssignment(layers.Where(n => random.Next(Plans) >= plan)
            .Where(n => Candidates.ForNode(n).Contains(PrecisionConfig.I8A7))
            .ToDictionary(n => n.Name, _ => plan % 2 == 0 ? PrecisionConfig.I8A7 : PrecisionConfig.I8)));
    }

    private static double Error(double[] exact, double[] plan, int[] samples)
    {
        double error = samples.Sum(s => (plan[s] - exact[s]) * (plan[s] - exact[s])), loss = samples.Sum(s => exact[s] * exact[s]);
        return error == 0 ? 0 : Math.Sqrt(error / loss);
    }

    private SampleSet Read(string part, int most, Graph graph)
    {
        var all = SampleSetReader.Read(Path.Combine(data, $"fashion-mnist-image-{part}.npz"), graph, null);
        return all.Slice(0, Math.Min(most, all.Count));
    }
}
