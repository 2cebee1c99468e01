using Google.Protobuf;
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

    public string Describe(byte[] input) => ModelBytes.Describe(input);

    public IEnumerable<byte[]> Smaller(byte[] input) => ModelBytes.Smaller(input);
}
