using System.Reflection;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Runtime;

namespace MixPrec.Fuzz.Sessions;

/// <summary><c>Run</c> of a generated class, or of its session: an open batch, one input, one output.</summary>
internal delegate void Runner(int batch, ReadOnlySpan<float> x, Span<float> y);

/// <summary>A generated class as an application uses it, and the outputs that it has to give: those of one run on one thread.</summary>
internal sealed class StressNetwork
{
    private static readonly Type[] RunTypes = [typeof(int), typeof(ReadOnlySpan<float>), typeof(Span<float>)];
    private static readonly int[] Batches = [0, 1, 2, 3, 17, 64];

    private readonly MethodInfo _load;
    private readonly ReadOnlyMemory<byte> _weights;
    private readonly Dictionary<int, (float[] Input, float[] Output)> _cases = [];

    private StressNetwork(string name, LoweredModel lowered, Type type)
    {
        using var scratch = lowered.Weights;
        (Name, _weights) = (name, scratch.ToArray());
        _load = type.GetMethod("Load", [typeof(ReadOnlyMemory<byte>), typeof(int)])!;
        var random = new Random(16);
        using var model = Load(1);
        foreach (int batch in Batches)
        {
            float[] x = [.. Enumerable.Range(0, Length(type, "X", batch)).Select(_ => (random.NextSingle() * 6) - 3)];
            var y = new float[Length(type, "Y", batch)];
            using var session = CreateSession(model);
            RunnerOf(session)(batch, x, y);
            _cases[batch] = (x, y);
        }
    }

    public string Name { get; }

    /// <summary>One with layers in bytes, one in fp32 whose products several threads share, one with weights in bf16.</summary>
    public static IReadOnlyList<StressNetwork> Create() =>
    [
        Compile("bytes", Convolutions(), PrecisionConfig.I8), Compile("floats", Products(), PrecisionConfig.F32),
        Compile("bf16 weights", Products(), PrecisionConfig.BF16),
    ];

    /// <summary>Input and output of a batch that <see cref="Check"/> may draw.</summary>
    public (float[] Input, float[] Output) Case(int batch) => _cases[batch];

    public override string ToString() => Name;

    public IDisposable Load(int threads) => (IDisposable)_load.Invoke(null, [_weights, threads])!;

    public static ModelSession CreateSession(IDisposable model) =>
        (ModelSession)model.GetType().GetMethod("CreateSession")!.Invoke(model, [])!;

    public static Runner RunnerOf(IDisposable target) => target.GetType().GetMethod("Run", RunTypes)!.CreateDelegate<Runner>(target);

    /// <summary>One run on a batch drawn at random.</summary>
    /// <returns>Whether the outputs have the bits that they have to have.</returns>
    public bool Check(Runner run, Random random)
    {
        int batch = Batches[random.Next(Batches.Length)];
        var (x, expected) = _cases[batch];
        var y = new float[expected.Length];
        run(batch, x, y);
        return expected.AsSpan().SequenceEqual(y);
    }

    private static int Length(Type type, string port, int batch) =>
        (int)type.GetMethod(port + "Length", [typeof(int)])!.Invoke(null, [batch])!;

    private static StressNetwork Compile(string name, Graph graph, PrecisionConfig precision)
    {
        var layers = graph.QuantizableNodes.ToDictionary(n => n.Name, n => Candidates.ForNode(n).Contains(precision) ? precision
            : PrecisionConfig.F32);
        var ranges = new RangeTable(layers.ToDictionary(l => l.Key, _ => new ActivationRange(-3, 3)),
            new Dictionary<string, ActivationRange>());
        var lowered = Lowerer.Lower(graph, new PrecisionAssignment(layers), ranges, new LoweringOptions("Stressed"));
        var assembly = CSharpAssembly.Load([ModelEmitter.Emit(lowered.Plan)]);
        return new(name, lowered, assembly.GetTypes().Single(t => t.Name == "Stressed"));
    }

    private static Graph Convolutions()
    {
        using var model = new TinyModel().Input("x", "batch", 3, 8, 8)
            .Initializer("w1", Wave(8, 3, 3, 3)).Initializer("b1", Wave(8)).Initializer("w2", Wave(16, 8, 1, 1)).Initializer("w3", Wave(16, 5))
            .Node("a = Conv x w1 b1").Node("b = Relu a").Node("c = Conv b w2").Node("d = GlobalAveragePool c").Node("e = Flatten d")
            .Node("f = MatMul e w3").Node("y = Softmax f").Output("y");
        return GraphRewrites.Apply(model.Graph());
    }

    private static Graph Products()
    {
        using var model = new TinyModel().Input("x", "batch", 64).Initializer("w1", Wave(64, 256)).Initializer("w2", Wave(256, 128))
            .Initializer("w3", Wave(128, 10))
            .Node("a = MatMul x w1").Node("b = Tanh a").Node("c = MatMul b w2").Node("d = Relu c").Node("y = MatMul d w3").Output("y");
        return GraphRewrites.Apply(model.Graph());
    }

    private static Tensor Wave(params long[] shape) =>
        Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(i => MathF.Sin(i) / 4)], shape);
}
