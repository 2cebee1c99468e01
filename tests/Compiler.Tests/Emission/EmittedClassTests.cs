using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Emission;

/// <summary>
/// What the generator prints, beside what it printed when somebody last read it. A change is shown and the new text is left in
/// artifacts/emitted; whoever made it copies it here.
/// </summary>
public sealed class EmittedClassTests
{
    public static TheoryData<string> Names { get; } = ["Static", "Symbolic", "Cached", "Bands", "DigitsNet"];

    [Theory]
    [MemberData(nameof(Names))]
    public void ReadsAsItDid(string name)
    {
        string emitted = ModelEmitter.Emit(PlanReader.Read(PlanWriter.Write(Plan(name))));
        string file = Path.Combine(RepositoryFolder.Root, "tests", "Compiler.Tests", "Emission", "Classes", name + ".cs.txt");
        string known = File.Exists(file) ? File.ReadAllText(file) : "";
        if (emitted == known)
        {
            return;
        }

        string left = Path.Combine(Directory.CreateDirectory(Path.Combine(RepositoryFolder.Root, "artifacts", "emitted")).FullName,
            name + ".cs.txt");
        File.WriteAllText(left, emitted);
        string[] before = known.Split('\n'), after = emitted.Split('\n');
        int line = before.Zip(after).TakeWhile(l => l.First == l.Second).Count();
        Assert.Fail($"{name}, line {line + 1}:\n- {before.ElementAtOrDefault(line)}\n+ {after.ElementAtOrDefault(line)}\nThe whole class: {left}");
    }

    private static ModelPlan Plan(string name) => name switch
    {
        "Static" => Static(),
        "Symbolic" => Symbolic(),
        "Cached" => Cached(),
        "Bands" => Bands(),
        _ => Digits(),
    };

    /// <summary>Every shape is constant: a convolution in int8, pooling, a product in bf16, softmax.</summary>
    private static ModelPlan Static()
    {
        using var model = new TinyModel()
            .Input("image", 1, 1, 8, 8)
            .Initializer("conv.weight", Ramp(4, 1, 3, 3)).Initializer("conv.bias", Ramp(4)).Initializer("fc.weight", Ramp(36, 3))
                .Initializer("fc.bias", Ramp(3)).Integers("flat", 1, 36)
            .Node("features = Conv image conv.weight conv.bias").Node("active = Relu features")
            .Node("pooled = MaxPool active", TinyModel.Attribute("kernel_shape", 2, 2), TinyModel.Attribute("strides", 2, 2))
            .Node("row = Reshape pooled flat").Node("logits = Gemm row fc.weight fc.bias").Node("probabilities = Softmax logits")
                .Output("probabilities");
        return Lowered(GraphRewrites.Apply(model.Graph()), new LoweringOptions("Static", "Examples"),
            [PrecisionConfig.I8, PrecisionConfig.BF16]);
    }

    /// <summary>The batch is a parameter of Run.</summary>
    private static ModelPlan Symbolic()
    {
        using var model = new TinyModel()
            .Input("x", "batch", 16)
            .Initializer("first.weight", Ramp(16, 8)).Initializer("first.bias", Ramp(8)).Initializer("second.weight", Ramp(8, 2))
                .Initializer("second.bias", Ramp(2))
            .Node("hidden = Gemm x first.weight first.bias").Node("active = Tanh hidden").Node("y = Gemm active second.weight second.bias")
                .Output("y");
        return Lowered(GraphRewrites.Apply(model.Graph()), new LoweringOptions("Symbolic", "Examples"),
            [PrecisionConfig.I8, PrecisionConfig.F32]);
    }

    /// <summary>A decoder whose sessions keep the keys and values of the tokens before.</summary>
    private static ModelPlan Cached()
    {
        const int Context = 8, Width = 4;
        float[] mask = [.. Enumerable.Range(0, Context * Context).Select(i => i % Context > i / Context ? -1e9f : 0)];
        using var model = new TinyModel()
            .Input("ids", ElementType.I64, 1, Context)
            .Initializer("table", Ramp(10, Width)).Initializer("mask", Tensor.Create(mask, Context, Context))
                .Initializer("head.weight", Ramp(Width, 10))
            .Node("x = Gather table ids").Node("keys = Transpose x", TinyModel.Attribute("perm", 0, 2, 1)).Node("scores = MatMul x keys")
            .Node("masked = Add scores mask").Node("weights = Softmax masked").Node("mixed = MatMul weights x").Node("sum = Add x mixed")
                .Node("logits = MatMul sum head.weight").Output("logits");
        var cached = CachedGraph.Create(CacheBindings.Parse("auto"), GraphRewrites.Apply(model.Graph()), model.FilePath,
            DimensionBindings.None)!;
        return Lowered(cached.Graph, new LoweringOptions("Cached", "Examples") { Cache = cached.Cache }, []);
    }

    /// <summary>A large convolution of any number of images and the maximum that reads it, some rows at a time.</summary>
    private static ModelPlan Bands()
    {
        using var model = new TinyModel().Input("image", "batch", 3, 224, 180).Initializer("stem.weight", Ramp(64, 3, 7, 7))
            .Node("stem = Conv image stem.weight", TinyModel.Attribute("pads", 3, 3, 3, 3), TinyModel.Attribute("strides", 2, 2))
            .Node("active = Relu stem")
            .Node("pooled = MaxPool active", TinyModel.Attribute("kernel_shape", 3, 3), TinyModel.Attribute("strides", 2, 2),
                TinyModel.Attribute("pads", 1, 1, 1, 1)).Output("pooled");
        return Lowered(GraphRewrites.Apply(model.Graph()), new LoweringOptions("Bands", "Examples"), []);
    }

    /// <summary>The sample, with precisions and numbers as a build could have found them.</summary>
    private static ModelPlan Digits()
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", "models",
            "digits.onnx"), DimensionBindings.None).Graph);
        return Lowered(graph, new LoweringOptions("DigitsNet", "DigitClassifier"), [PrecisionConfig.I8, PrecisionConfig.I8A7]);
    }

    /// <param name="precisions">Of the first layers that have such a candidate; the others stay in fp32.</param>
    private static ModelPlan Lowered(Graph graph, LoweringOptions options, IReadOnlyList<PrecisionConfig> precisions)
    {
        var wanted = new Queue<PrecisionConfig>(precisions);
        var layers = graph.QuantizableNodes.Select(node =>
            (Node: node, Precision: wanted.TryPeek(out var next)
            && Candidates.ForNode(node).Contains(next) ? wanted.Dequeue() : PrecisionConfig.F32)).ToArray();
        var ranges = new RangeTable(layers.ToDictionary(l => l.Node.Name, _ => new ActivationRange(-1, 3)),
            new Dictionary<string, ActivationRange>());
        using var weights = new MemoryStream();
        var plan = Lowerer.Lower(graph, new PrecisionAssignment(layers.ToDictionary(l => l.Node.Name, l => l.Precision)), ranges, options,
            weights);
        var measured = layers.Select((l, i) => l.Precision == PrecisionConfig.F32
            ? new PlanLayer(l.Node.Name, l.Node.Op.Kind, l.Precision.Id, "F32", 0, 0)
            : new PlanLayer(l.Node.Name, l.Node.Op.Kind, l.Precision.Id, "I32", 1.0 / precisions.Count, 2.5 * (i + 1)));
        return precisions.Count == 0 ? plan : plan
            with { Info = new PlanInfo("CrossEntropy", 0.01, 0.004, 0.0042, 9, 9.5, 20, "an example", new(measured)) };
    }

    private static Tensor Ramp(params long[] shape) =>
        Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(i => ((i * 7 % 11) - 5) / 16f)], shape);
}
