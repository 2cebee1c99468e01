using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;

namespace MixPrec.Benchmarks.PlanSweep;

/// <summary>One way to ask for a plan of one model.</summary>
internal sealed record Variant(string Model, string Words, CompilerOptions Options)
{
    public override string ToString() => $"{Model} [{Words}]";

    /// <summary>Everything that a project could write for the case in <paramref name="folder"/>.</summary>
    /// <param name="scratch">A folder for data and lock files.</param>
    public static IEnumerable<Variant> Of(string folder, string scratch)
    {
        string name = Path.GetFileName(folder), model = Path.Combine(folder, "model.onnx"),
            place = Directory.CreateDirectory(Path.Combine(scratch, name)).FullName;
        var sets = OnnxTestCase.ReadSets(folder);
        var (graph, sizes) = Import(model, sets);
        string data = graph is null || sets.Count == 0 ? Path.Combine(place, "missing.npz")
            : SampleFile.Write(Path.Combine(place, "data.npz"), graph, sets, labels: false, targets: false);
        var start = new CompilerOptions
        {
            Model = model, ClassName = "Swept", CalibrationData = data, LockFile = Path.Combine(place, "lock.json"),
                OutputDirectory = place, Mode = BuildMode.Update, Objective = Objective.Memory, ErrorBudget = 0.05,
        };
        foreach (var loss in Enum.GetValues<LossKind>())
        {
            string file = graph is null || sets.Count == 0 ? data
                : SampleFile.Write(Path.Combine(place, $"{loss}.npz"), graph, sets, loss == LossKind.CrossEntropy, loss == LossKind.Mse);
            yield return new(name, $"{loss}", start with { Loss = loss, CalibrationData = file });
        }

        yield return new(name, "default loss, times", start with { Objective = Objective.Time });
        yield return new(name, "MACs, analytic, percentile", start
            with { Objective = Objective.Macs, Estimator = Estimator.Analytic, ActivationRanges = ActivationRanges.Percentile });
        yield return new(name, "all f32", start with { KeepFloat = ["*"] });
        if (sizes.Count > 0)
        {
            yield return new(name, "bound", start with { Dimensions = DimensionBindings.FromSizes(sizes) });
            yield return new(name, "bound to 1", start with { Dimensions = DimensionBindings.FromSizes(sizes.ToDictionary(s => s.Key, _ => 1)) });
        }

        string states = graph is null ? "" : StatesOf(graph);
        if (states.Length > 0)
        {
            yield return new(name, $"State {states}", start with { State = StateBindings.Parse(states) });
            yield return new(name, $"State {states}, bound", start
                with { State = StateBindings.Parse(states), Dimensions = DimensionBindings.FromSizes(sizes) });
        }

        yield return new(name, "Cache auto", start with { Cache = CacheBindings.Parse("auto") });
        yield return new(name, "Cache auto, bound",
            start with { Cache = CacheBindings.Parse("auto"), Dimensions = DimensionBindings.FromSizes(sizes) });
        if (graph is not null && graph.Inputs.Any(i => i.Name.StartsWith("past", StringComparison.Ordinal)))
        {
            string tokens = SampleFile.Write(Path.Combine(place, "tokens.npz"), graph, sets, false, false, i =>
                !i.Name.StartsWith("past", StringComparison.Ordinal));
            yield return new(name, "Cache past, tokens alone", start
                with { Cache = CacheBindings.Parse("past_*=present_*"), CalibrationData = tokens, Loss = LossKind.NextToken });
            yield return new(name, "Cache past, times",
                start with { Cache = CacheBindings.Parse("past_*=present_*"), CalibrationData = tokens, Objective = Objective.Time });
        }
    }

    private static (Graph? Graph, IReadOnlyDictionary<string, int> Sizes) Import(string model, IReadOnlyList<OnnxTestSet> sets)
    {
        try
        {
            return (GraphRewrites.Apply(OnnxModelReader.Read(model, DimensionBindings.None).Graph),
                sets.Count == 0 ? new Dictionary<string, int>() : OnnxModelReader.DimensionsOf(model, sets[0].Inputs)
                .Where(s => OnnxModelReader.Read(model, DimensionBindings.None).Graph.Symbols.Any(k => k.Name == s.Key)).ToDictionary());
        }
        catch (MixPrecException)
        {
            return (null, new Dictionary<string, int>());
        }
    }

    /// <summary>Inputs paired with outputs of their type, in order, but for the first of each.</summary>
    private static string StatesOf(Graph graph) =>
        string.Join(";", graph.Inputs.Skip(1).Zip(graph.Outputs.Skip(1))
        .Where(p => p.First.Type.Element == p.Second.Type.Element && p.First.Rank == p.Second.Rank)
        .Select(p => $"{p.First.Name}={p.Second.Name}"));
}
