using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Plan;

namespace MixPrec.Compiler.Report;

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
        Layers = [.. graph.QuantizableNodes.Select((n, i) =>
            new ReportLayer(n.Name, n.Op.Kind, "", precisions[n].Id, double.NaN, double.NaN, 0, 0, i))],
    };

    /// <summary>
    /// With the words of the plan for every layer: what its kernel computes and, for 16-bit sums, the proof that they are exact; and with
    /// what the weights lost on the way.
    /// </summary>
    public static BuildReport Explained(BuildReport report, ModelPlan plan, Graph graph)
    {
        var comments = plan.Steps.ToLookup(s => s.Name, s => s.Comment);
        var nodes = graph.QuantizableNodes.ToDictionary(n => n.Name);
        return report with
        {
            Layers = [.. report.Layers.Select(l => Explained(l, comments[l.Name].LastOrDefault(""), nodes.GetValueOrDefault(l.Name)))],
            SubnormalWeights = SubnormalWeights.CountIn(graph),
            Connections = LayerConnections.Find(graph, [.. report.Layers.Select(l => l.Name)]),
            Origins = [.. report.Origins, new("plan", plan.Hash),
                new("MixPrec", typeof(Reports).Assembly.GetName().Version!.ToString(3)), new(".NET", Environment.Version.ToString())],
        };
    }

    /// <summary>The numbers that decisions bring with them.</summary>
    public static BuildReport OfLock(CompilerOptions options, LockedPlan locked) => Start(options) with
    {
        Loss = locked.Loss,
        Origins = [.. Hashes(locked.Subject)],
        Machine = locked.Numbers.Machine,
        HeldOutSamples = locked.Numbers.HeldOutSamples,
        PredictedError = locked.Numbers.PredictedError,
        MeasuredError = locked.Numbers.MeasuredError,
        UpperBound95 = locked.Numbers.UpperBound95,
        Float32Microseconds = locked.Numbers.Float32Microseconds,
        PredictedMicroseconds = locked.Numbers.PredictedMicroseconds,
        MeasuredMicroseconds = locked.Numbers.MeasuredMicroseconds,
    };

    /// <summary>
    /// Of a build that took its decisions from a lock file: what the file records, and what the model itself tells (shapes,
    /// multiplications, bytes).
    /// </summary>
    public static BuildReport FromLock(CompilerOptions options, LockedPlan locked, LockFile file, Graph graph)
    {
        bool savesMemory = options.Objective == Objective.Memory;
        double total = locked.Layers.Sum(l => l.LossError);
        var nodes = graph.QuantizableNodes.ToDictionary(n => n.Name);
        var subgraphs = SequentialPartition.Partition(graph).Where(s => s.Quantizable.Count > 0).Index()
            .SelectMany(s => s.Item.Quantizable.Select(n => (n.Name, s.Index))).ToDictionary(p => p.Name, p => p.Index);
        return OfLock(options, locked) with
        {
            IsFromLock = true,
            Options = [.. locked.Subject.Options],
            OtherPlans = [.. file.Plans.Where(p => p.Subject.Key != locked.Subject.Key && !p.Subject.IsFor(locked.Subject))
                .Select(p => KeyValuePair.Create(p.Subject.Key, p.Subject.Words))],
            GainIsModelled = options.Objective == Objective.Macs,
            GainUnit = savesMemory ? "B" : "ns",
            Layers = [.. locked.Layers.Select((l, i) => new ReportLayer(
                l.Name, l.Operator, string.Join("×", nodes[l.Name].Input(1).Shape), l.Precision.Id, total > 0 ? l.LossError / total : 0,
                savesMemory ? OpCost.WeightBytes(nodes[l.Name], PrecisionConfig.F32) - OpCost.WeightBytes(nodes[l.Name], l.Precision)
                    : l.GainMicroseconds * 1e3,
                OpCost.Macs(nodes[l.Name], Ones(nodes[l.Name])), OpCost.WeightBytes(nodes[l.Name], l.Precision),
                subgraphs.GetValueOrDefault(l.Name, i))
            {
                Adjustments = l.Adjustments,
                WhyFloat = l.Precision == PrecisionConfig.F32 ? KeptInFloat.Reason(options, l.Name) : "",
            })],
            WeightBytes = locked.Layers.Sum(l => OpCost.WeightBytes(nodes[l.Name], l.Precision)),
            Float32WeightBytes = locked.Layers.Sum(l => OpCost.WeightBytes(nodes[l.Name], PrecisionConfig.F32)),
        };
    }

    private static ReportLayer Explained(ReportLayer layer, string comment, Node? node) => layer with
    {
        Reason = comment,
        Overflow = node is not null && PrecisionConfig.Find(layer.Precision) is { } precision
            ? OverflowProof.For(node, precision, comment) : "",
    };

    private static IEnumerable<KeyValuePair<string, string>> Hashes(LockSubject subject) =>
        new[] { ("model", subject.ModelHash), ("calibration data", subject.CalibrationHash), ("validation data", subject.ValidationHash),
            ("timing table", subject.TimingHash), ("key in the lock file", subject.Key) }
            .Where(h => h.Item2 is not null).Select(h => KeyValuePair.Create(h.Item1, h.Item2!));

    /// <summary>Every open dimension of an op at 1, as the numbers of a model without samples are given.</summary>
    private static Dictionary<string, long> Ones(Node node) =>
        node.Inputs.OfType<Value>().Append(node.Output).SelectMany(v => v.Shape).SelectMany(d => d.Symbols).Distinct()
            .ToDictionary(s => s, _ => 1L);
}
