using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Runtime.Threads;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Whole networks in every precision: the same bits for every number of threads, and nothing allocated.</summary>
public sealed class ThreadTests
{
    public static TheoryData<string, string> Cases =>
    [
        .. from network in new[] { "Images", "Attention" } from precision in PrecisionConfig.All select (network, precision.Id),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryNumberOfThreadsGivesTheSameBits(string network, string precision)
    {
        // Everything that can be split is, and there are workers also where the machine has fewer processors.
        var shared = WorkerPool.Shared;
        WorkerPool.Shared = new WorkerPool(8, leastWork: 1);
        try
        {
            using var model = network == "Images" ? Images() : Attention();
            var graph = GraphRewrites.Apply(model.Graph());
            var inputs = graph.Inputs.Select(i => Networks.Random(5, [.. i.Type.Shape.Select(s => s.Value)])).ToArray();
            byte[][]? expected = null;
            foreach (int threads in new[] { 1, 2, 3, 8 })
            {
                using var compiled = CompiledModel.Compile(Lowered(graph, PrecisionConfig.Find(precision)!, threads));
                using var run = compiled.Prepare(inputs);
                for (int repetition = 0; repetition < 20; repetition++)
                {
                    run.Invoke();
                    byte[][] outputs = [.. run.Outputs().Select(o => o.Bytes.ToArray())];
                    expected ??= outputs;
                    Assert.Equal(expected, outputs);
                }

                // A run may start a worker in place of one that the session of another test holds: some run has all it needs.
                Assert.Contains(0, Enumerable.Range(0, 10).Select(_ =>
                {
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    run.Invoke();
                    return GC.GetAllocatedBytesForCurrentThread() - before;
                }));
            }
        }
        finally
        {
            WorkerPool.Shared = shared;
        }
    }

    private static LoweredModel Lowered(Graph graph, PrecisionConfig precision, int threads)
    {
        var range = graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 3));
        var ranges = new RangeTable(range, range);
        return Lowerer.Lower(graph, Candidates.AsFarAsOffered(graph, precision), ranges,
            new LoweringOptions("Net") { Threads = threads });
    }

    private static TinyModel Images() => new TinyModel()
        .Input("image", 2, 3, 17, 19)
        .Initializer("first.weight", Networks.Random(1, 20, 3, 3, 3)).Initializer("depth.weight", Networks.Random(2, 20, 1, 3, 3))
        .Initializer("point.weight", Networks.Random(3, 40, 20, 1, 1)).Initializer("fc.weight", Networks.Random(4, 360, 70))
        .Integers("flat", 2, 360)
        .Node("a = Conv image first.weight", TinyModel.Attribute("pads", 1, 1, 1, 1), TinyModel.Attribute("strides", 2, 2))
        .Node("b = Relu a")
        .Node("c = Conv b depth.weight", TinyModel.Attribute("pads", 1, 1, 1, 1), TinyModel.Attribute("group", 20))
        .Node("d = Clip c").Node("e = Add b d").Node("f = Conv e point.weight").Node("g = HardSwish f")
        .Node("h = MaxPool g", TinyModel.Attribute("kernel_shape", 3, 3), TinyModel.Attribute("strides", 3, 3))
        .Node("i = Reshape h flat").Node("j = MatMul i fc.weight").Node("k = Softmax j").Output("k");

    private static TinyModel Attention() => new TinyModel()
        .Input("x", 1, 24, 32)
        .Initializer("q.weight", Networks.Random(1, 32, 32)).Initializer("k.weight", Networks.Random(2, 32, 32))
        .Initializer("v.weight", Networks.Random(3, 32, 32)).Initializer("up.weight", Networks.Random(4, 32, 96))
        .Initializer("down.weight", Networks.Random(5, 96, 32)).Initializer("scale", Networks.Random(6, 32))
        .Initializer("bias", Networks.Random(7, 32)).Integers("heads", 1, 24, 4, 8).Integers("rows", 1, 24, 32)
        .Node("q = MatMul x q.weight").Node("k = MatMul x k.weight").Node("v = MatMul x v.weight")
        .Node("qs = Reshape q heads").Node("ks = Reshape k heads").Node("vs = Reshape v heads")
        .Node("qh = Transpose qs", TinyModel.Attribute("perm", 0, 2, 1, 3)).Node("kh = Transpose ks", TinyModel.Attribute("perm", 0, 2, 3, 1))
        .Node("vh = Transpose vs", TinyModel.Attribute("perm", 0, 2, 1, 3))
        .Node("scores = MatMul qh kh").Node("weights = Softmax scores").Node("mixed = MatMul weights vh")
        .Node("rowsh = Transpose mixed", TinyModel.Attribute("perm", 0, 2, 1, 3)).Node("joined = Reshape rowsh rows")
        .Node("sum = Add x joined").Node("normal = LayerNormalization sum scale bias").Node("up = MatMul normal up.weight")
        .Node("active = Gelu up").Node("down = MatMul active down.weight").Node("y = Add normal down").Output("y");
}
