using Google.Protobuf;
using MixPrec.Compiler;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Diagnostics;
using MixPrec.Fuzz.Mutation;
using MixPrec.Fuzz.Targets;
using MixPrec.Plan;
using MixPrec.Worker.Verify;

namespace MixPrec.Fuzz.Networks;

/// <summary>
/// Whole networks: a changed model that is accepted runs as the class that would ship, beside ONNX Runtime and beside the slow meaning of
/// its operators. Outputs agree as those of the ONNX suite have to; what only one side takes is counted by its kind.
/// </summary>
internal sealed class NetworkTarget(IReadOnlyList<ModelProto> seeds, string folder) : IFuzzTarget
{
    public const string TargetName = "network", Agrees = "agrees";

    private const int MostChanges = 2, MostJoined = 3, Attempts = 20, MostElements = 1 << 24;

    private readonly string _path = Path.Combine(folder, "network.onnx");

    public string Name => TargetName;

    public string Extension => ".onnx";

    public int Share => 1;

    /// <summary>The first of some that the importer takes: what it refuses is the business of another target.</summary>
    public byte[] Make(Random random)
    {
        byte[] bytes = [];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var model = ModelMutator.Mutate(random, Seed(random), seeds, random.Next(MostChanges + 1));
            for (int joined = random.Next(MostJoined); joined > 0; joined--)
            {
                ModelMutator.Join(random, model.Graph, Seed(random).Graph);
            }

            bytes = model.ToByteArray();
            if (Outcome.Of(() => Import(bytes)) == Outcome.Accepted)
            {
                break;
            }
        }

        return bytes;
    }

    public string Read(byte[] input)
    {
        Graph? imported = null;
        string refusal = Outcome.Of(() => imported = Import(input));
        if (imported is null)
        {
            return refusal;
        }

        if (NetworkInputs.Create(imported) is not { } inputs)
        {
            return "inputs too large";
        }

        if (NetworkReference.IsEndless(ModelProto.Parser.ParseFrom(input)))
        {
            return "a loop without an end";
        }

        if (imported.Nodes.SelectMany(n => n.Outputs).Concat(imported.Outputs).Any(v => !IsSmall(v, imported)))
        {
            return "values too large";
        }

        IReadOnlyList<Tensor>? own = null;
        var graph = GraphRewrites.Apply(imported);
        refusal = Outcome.Of(() =>
        {
            using var model = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
                new LoweringOptions("Fuzzed")));
            own = model.Run(inputs);
        });
        var known = imported.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
        bool isAsked = !MissingReference.In(ModelProto.Parser.ParseFrom(input), asked => Folded(asked, known));
        var reference = isAsked ? NetworkReference.Run(input, imported, inputs) : null;
        if (own is null)
        {
            return reference is null ? "both refuse" : $"refused at run time: {refusal}";
        }

        var slow = Interpreted(ModelProto.Parser.ParseFrom(input), known);
        var values = new Lazy<IReadOnlyDictionary<string, KnownValue>>(() =>
            KnownValues.Of(ModelProto.Parser.ParseFrom(input), imported, inputs, isAsked, asked => Folded(asked, known)));
        string? reason = Different("the slow meaning", slow, Open) ?? Different("ONNX Runtime", reference, () => Open()
            ?? ReferenceFaults.In(ModelProto.Parser.ParseFrom(input), values.Value));
        return reason ?? (reference is not null ? slow is not null ? Agrees + " with both" : Agrees + " with ONNX Runtime, no slow meaning"
            : slow is not null ? Agrees + " with the slow meaning, none in ONNX Runtime" : "runs, no reference");

        string? Open() => OpenResults.Reason(ModelProto.Parser.ParseFrom(input), imported, values.Value);

        string? Different(string other, IReadOnlyList<Tensor>? expected, Func<string?> reasonOf)
        {
            try
            {
                Compare(other, graph, inputs, own, expected);
                return null;
            }
            catch (DifferentResultException) when (reasonOf() is { } found)
            {
                return found;
            }
        }
    }

    public string Describe(byte[] input) => ModelBytes.Describe(input);

    public IEnumerable<byte[]> Smaller(byte[] input) => ModelBytes.Smaller(input);

    /// <summary>Networks that take gigabytes are right or wrong as small ones are, and take seconds.</summary>
    private static bool IsSmall(Value value, Graph graph)
    {
        var sizes = graph.Symbols.ToDictionary(s => s.Identifier, _ => NetworkInputs.Open);
        return value.Type.Shape.Any(d => !d.Symbols.All(sizes.ContainsKey))
            || value.Type.ShapeAt(sizes).Aggregate(1.0, (product, size) => product * size) <= MostElements;
    }

    private ModelProto Seed(Random random) => seeds[random.Next(seeds.Count)];

    private Graph Import(byte[] input) => Import(OnnxModelReader.Parse(_path, input), new Dictionary<string, Tensor>());

    private Graph Import(ModelProto model, IReadOnlyDictionary<string, Tensor> known) => OnnxModelReader.Read(
        _path, model, DimensionBindings.Parse(""), ConstantBindings.None, known).Graph;

    /// <summary>A model whose inputs are constants; null where it is refused.</summary>
    private Graph? Folded(ModelProto model, IReadOnlyDictionary<string, Tensor> known)
    {
        Graph? folded = null;
        Outcome.Of(() => folded = Import(model, known));
        return folded;
    }

    /// <summary>The outputs that follow from inputs that are constants; null where something does not fold.</summary>
    private IReadOnlyList<Tensor>? Interpreted(ModelProto model, IReadOnlyDictionary<string, Tensor> known) =>
        Folded(model, known) is { } folded && folded.Outputs.All(o => o.Constant is not null)
            ? [.. folded.Outputs.Select(o => o.Constant!)] : null;

    /// <summary>
    /// Share of the largest element that every element may differ by: inputs are few round numbers, so that sums often cancel to nothing
    /// but the rounding of their terms. Four units in the last place of the type.
    /// </summary>
    private static double Cancelled(ElementType type) => type switch
    {
        ElementType.F16 => 1.0 / (1 << 8),
        ElementType.BF16 => 1.0 / (1 << 5),
        _ => 1.0 / (1 << 21),
    };

    private static void Compare(string other, Graph graph, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> own,
        IReadOnlyList<Tensor>? expected)
    {
        for (int i = 0; expected is not null && i < own.Count; i++)
        {
            double share = Math.Max(Cancelled(expected[i].Type), Roundoff.Estimate(graph));
            if (TensorComparison.Difference(own[i], expected[i], share) is { } difference
                && !(Roundoff.IsNetwork(graph)
                    && OwnRounding.Measure(graph, inputs, own, CancellationToken.None).Explanation(i, expected[i]) is not null))
            {
                string last = graph.Nodes.FirstOrDefault(n => n.Outputs.Contains(graph.Outputs[i]))?.Op.Kind ?? "an input";
                throw new DifferentResultException($"{last} beside {other}", $"output {i}: {difference}");
            }
        }
    }
}
