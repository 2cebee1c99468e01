using Google.Protobuf;
using Google.Protobuf.Collections;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Fuzz.Mutation;
using MixPrec.Generator;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Targets;

/// <summary>Model files: import, rewrites and lowering; the plan that comes out has to be one that the generator accepts.</summary>
internal sealed class ModelTarget : IFuzzTarget
{
    private const int MostChanges = 6;

    private static readonly DimensionBindings Unbound = DimensionBindings.Parse("");

    private readonly IReadOnlyList<ModelProto> _seeds;
    private readonly string _path;

    /// <param name="folder">Where external data lie; nothing else is read from it.</param>
    public ModelTarget(IReadOnlyList<ModelProto> seeds, string folder)
    {
        _seeds = seeds;
        _path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[4096]);
    }

    public string Name => "model";

    public string Extension => ".onnx";

    public int Share => 70;

    public byte[] Make(Random random)
    {
        var model = ModelMutator.Mutate(random, _seeds[random.Next(_seeds.Count)], _seeds, random.Next(1, MostChanges + 1));
        byte[] bytes = model.ToByteArray();
        return random.Next(10) == 0 ? BytesMutator.Mutate(random, bytes, random.Next(1, 4)) : bytes;
    }

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        var imported = OnnxModelReader.Read(_path, OnnxModelReader.Parse(_path, input), Unbound, ConstantBindings.None,
            new Dictionary<string, Tensor>());
        var plan = Lowerer.Lower(GraphRewrites.Apply(imported.Graph), PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Fuzzed"), new MemoryStream());
        if (PlannedClass.Read(new PlanFile("fuzzed", IsStub: false, PlanWriter.Write(plan))).Finding is { } finding)
        {
            throw new RefusedPlanException(finding.Arguments[1]);
        }
    });

    public string Describe(byte[] input) => Parsed(input)?.ToString() ?? "no protobuf message";

    public IEnumerable<byte[]> Smaller(byte[] input) => Parsed(input) is { } model ? Smaller(model)
        .Select(m => m.ToByteArray()) : BytesMutator.Smaller(input);

    private static ModelProto? Parsed(byte[] input)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static IEnumerable<ModelProto> Smaller(ModelProto model) => model.Graph is null ? [] :
    [
        .. Without(model, m => m.Graph.Node), .. Without(model, m => m.Graph.Output), .. Without(model, m => m.Graph.Input),
            .. Without(model, m => m.Graph.Initializer),
        .. Enumerable.Range(0, model.Graph.Node.Count).SelectMany(n => Without(model, m => m.Graph.Node[n].Attribute)),
        .. Enumerable.Range(0, model.Graph.Node.Count).SelectMany(n => Without(model, m => m.Graph.Node[n].Input)),
    ];

    private static IEnumerable<ModelProto> Without<T>(ModelProto model, Func<ModelProto, RepeatedField<T>> list)
    {
        for (int i = list(model).Count - 1; i >= 0; i--)
        {
            var smaller = model.Clone();
            list(smaller).RemoveAt(i);
            yield return smaller;
        }
    }
}
