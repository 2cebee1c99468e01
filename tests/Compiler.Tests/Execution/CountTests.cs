using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Plan;
using MixPrec.Runtime;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Sizes that a run finds out: operators that find them, and what is computed from their results.</summary>
public sealed class CountTests
{
    private static readonly Tensor X = Tensor.Create([0, 3, -1, 0, 0, 2f], 2, 3), Zeros = Tensor.Create(new float[6], 2, 3);

    [Fact]
    public void PickingWhatIsNotZeroGivesItsElements()
    {
        using var model = new TinyModel(13).Input("x", 2, 3).Node("i = NonZero x").Node("t = Transpose i").Node("y = GatherND x t")
            .Output("i").Output("y");
        var found = EmittedModel.Run(model, X);
        Assert.Equal([2L, 3], found[0].Shape);
        Assert.Equal([0L, 0, 1, 1, 2, 2], found[0].ToInt64());
        Assert.Equal([3, -1, 2f], found[1].Span<float>().ToArray());
        var none = EmittedModel.Run(model, Zeros);
        Assert.Equal([2L, 0], none[0].Shape);
        Assert.Equal([0L], none[1].Shape);
    }

    [Fact]
    public void TheCountItselfIsANumberOfTheGraph()
    {
        using var model = new TinyModel(13).Input("x", 2, 3).Integers("one", 1).Node("i = NonZero x").Node("s = Shape i")
            .Node("y = Gather s one").Output("y");
        Assert.Equal([3L], EmittedModel.Run(model, X)[0].ToInt64());
        Assert.Equal([0L], EmittedModel.Run(model, Zeros)[0].ToInt64());
    }

    [Theory]
    [InlineData(new[] { true, false, true }, new[] { 0, -1, 0, 2f })]
    [InlineData(new[] { false, false, false }, new float[0])]
    public void AConditionThatIsDataKeepsColumns(bool[] condition, float[] expected)
    {
        using var model = new TinyModel(13).Input("x", 2, 3).Input("c", ElementType.Bool, 3)
            .Node("y = Compress x c", TinyModel.Attribute("axis", 1)).Output("y");
        var y = EmittedModel.Run(model, X, Tensor.Create<bool>(ElementType.Bool, condition, 3))[0];
        Assert.Equal([2L, expected.Length / 2], y.Shape);
        Assert.Equal(expected, y.Span<float>().ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DifferentElementsEqualThoseThatLinqFinds(bool sorted)
    {
        using var model = new TinyModel(13).Input("x", 50).Node("y first inverse counts = Unique x",
            TinyModel.Attribute("sorted", sorted ? 1 : 0)).Output("y").Output("first").Output("inverse").Output("counts");
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, 50).Select(_ => (float)random.Next(-9, 9))];
        float[] different = [.. x.Distinct()];
        different = sorted ? [.. different.Order()] : different;
        var y = EmittedModel.Run(model, Tensor.Create(x, 50));
        Assert.Equal(different, y[0].Span<float>().ToArray());
        Assert.Equal(different.Select(e => (long)Array.IndexOf(x, e)), y[1].ToInt64());
        Assert.Equal(x.Select(e => (long)Array.IndexOf(different, e)), y[2].ToInt64());
        Assert.Equal(different.Select(e => x.LongCount(f => f == e)), y[3].ToInt64());
    }

    [Fact]
    public void AsManyLargestAsTheDataSayAndNoMoreThanThereAre()
    {
        using var model = new TinyModel(13).Input("x", 5).Input("k", ElementType.I64, 1).Node("y p = TopK x k").Output("y");
        var x = Tensor.Create([1, 5, 2, 4, 3f], 5);
        Assert.Equal([5, 4f], EmittedModel.Run(model, x, Tensor.Create([2L], 1))[0].Span<float>().ToArray());
        Assert.Equal([0L], EmittedModel.Run(model, x, Tensor.Create([0L], 1))[0].Shape);
        Assert.Equal("MXP3027", Assert.Throws<MixPrecException>(() => EmittedModel.Run(model, x, Tensor.Create([6L], 1))).Description.Id);
        Assert.Equal("MXP3027", Assert.Throws<MixPrecException>(() => EmittedModel.Run(model, x, Tensor.Create([-1L], 1))).Description.Id);
    }

    [Fact]
    public void CountsThatDifferAreNotCombined()
    {
        using var model = new TinyModel(13).Input("x", 2, 3).Input("z", 2, 3).Node("i = NonZero x").Node("j = NonZero z")
            .Node("y = Add i j").Output("y");
        Assert.Equal([0L, 0, 2, 2, 4, 4], EmittedModel.Run(model, X, X)[0].ToInt64());
        Assert.Equal("MXP3027", Assert.Throws<MixPrecException>(() => EmittedModel.Run(model, X, Zeros)).Description.Id);
    }

    [Fact]
    public void AReshapeBeyondWhatWasFoundIsRefused()
    {
        using var model = new TinyModel(13).Input("x", 2, 3).Integers("shape", 3, 2).Node("i = NonZero x").Node("y = Reshape i shape")
            .Output("y");
        Assert.Equal([0L, 0, 1, 1, 2, 2], EmittedModel.Run(model, X)[0].ToInt64());
        Assert.Equal("MXP3027", Assert.Throws<MixPrecException>(() => EmittedModel.Run(model, Zeros)).Description.Id);
    }

    [Fact]
    public void CalibrationGivesWhatTheClassGives()
    {
        using var model = Detector();
        var image = EmittedModel.Random(new Random(2), 1, 2, 3, 3);
        var graph = GraphRewrites.Apply(model.Graph());
        Assert.Equal(EmittedModel.Run(model, image)[1].Span<float>().ToArray(),
            new TorchExecutor(graph).Outputs([image])[1].Span<float>().ToArray());
    }

    [Fact]
    public void AClassWritesWhatItFindsAndSaysHowMuch()
    {
        using var model = Detector();
        var lowered = Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net"));
        Assert.Equal(PlanWriter.Write(lowered.Plan), PlanWriter.Write(PlanReader.Read(PlanWriter.Write(lowered.Plan))));
        var run = CSharpAssembly.Load([ModelEmitter.Emit(lowered.Plan), """
            public static class Consumer
            {
                public static long[] User(byte[] weights, float[] image)
                {
                    using var net = Net.Load(weights);
                    var selected = new long[Net.SelectedLength];
                    System.Array.Fill(selected, -7);
                    var picked = new float[Net.PickedLength + 1];
                    net.Run(image, selected, picked, out int count);
                    using var session = net.CreateSession();
                    session.Run(image, selected, picked, out int again);
                    long before = System.GC.GetAllocatedBytesForCurrentThread();
                    session.Run(image, selected, picked, out again);
                    long allocated = System.GC.GetAllocatedBytesForCurrentThread() - before;
                    try
                    {
                        session.Run(image, new long[Net.SelectedLength - 1], picked, out _);
                        return [];
                    }
                    catch (System.ArgumentException)
                    {
                        return [count, again, allocated, .. selected];
                    }
                }
            }
            """]).GetType("Consumer")!.GetMethod("User")!.CreateDelegate<Func<byte[], float[], long[]>>();
        for (int seed = 0; seed < 4; seed++)
        {
            // No score of an image of zeros exceeds the threshold.
            var image = seed == 0 ? Tensor.Create(new float[18], 1, 2, 3, 3) : EmittedModel.Random(new Random(seed), 1, 2, 3, 3);
            long[] expected = Suppressed(image.Span<float>().ToArray());
            long[] found = run(lowered.Weights.ToArray(), image.Span<float>().ToArray());
            Assert.Equal([expected.Length / 3, expected.Length / 3, 0, .. expected], found[..(3 + expected.Length)]);
            Assert.All(found[(3 + expected.Length)..], untouched => Assert.Equal(-7, untouched));
        }
    }

    /// <summary>Two channels of an image are shift and score of nine boxes of one size.</summary>
    private static TinyModel Detector() => new TinyModel(13).Input("image", 1, 2, 3, 3)
        .Initializer("w", Tensor.Create([2, 0, 0, 0, 2, 0, 0, 0, 0, 1f], 5, 2, 1, 1)).Initializer("b", Tensor.Create([0, 0, 1, 1, 0f], 5))
            .Node("head = Conv image w b")
        .Integers("rows", 1, 5, 9).Node("flat = Reshape head rows").Integers("parts", 4, 1)
            .Node("corners scores = Split flat parts", TinyModel.Attribute("axis", 1))
        .Node("boxes = Transpose corners", TinyModel.Attribute("perm", 0, 2, 1))
        .Integers("most", 4).Initializer("overlap", Tensor.Create([0.5f], 1)).Initializer("least", Tensor.Create([0.1f], 1))
            .Node("selected = NonMaxSuppression boxes scores most overlap least")
        .Integers("two", 2).Integers("zero", 0).Node("column = Gather selected two", TinyModel.Attribute("axis", 1))
            .Node("index = Squeeze column axis").Integers("axis", 1)
        .Node("table = Squeeze boxes zero").Node("picked = Gather table index").Output("selected").Output("picked");

    /// <summary>The definition: from the best score down, a box stays when no box that stayed overlaps it by more than half.</summary>
    private static long[] Suppressed(float[] image)
    {
        var kept = new List<int>();
        foreach (int box in Enumerable.Range(0, 9).Where(i => image[9 + i] > 0.1f).OrderByDescending(i => image[9 + i]))
        {
            // Boxes [2s, 0, 2s + 1, 1]: two overlap by 1 − d of 1 + d, d being the distance of their shifts.
            bool free = kept.TrueForAll(k =>
                Math.Max(0, 1 - Math.Abs(2 * image[k] - 2 * image[box])) / (1 + Math.Abs(2 * image[k] - 2 * image[box])) <= 0.5f);
            if (free && kept.Count < 4)
            {
                kept.Add(box);
            }
        }

        return [.. kept.SelectMany(box => new[] { 0L, 0, box })];
    }
}
