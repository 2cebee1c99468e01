using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// A large convolution and what reads it, some rows at a time. The truth is the same network where something else reads the convolution
/// too, which goes as a whole.
/// </summary>
public sealed class RowBandsTests
{
    /// <summary>
    /// Precision, images, size of the convolution's result; then of the windows: height, stride, padding above and below, whether sizes
    /// are rounded up.
    /// </summary>
    public static TheoryData<string, int, (int Rows, int Columns), int[], int> Windows => new()
    {
        { "f32", 1, (112, 45), [3, 2, 1, 1], 0 },
        { "f32", 2, (111, 45), [3, 2, 0, 0], 0 },
        { "bf16", 2, (110, 45), [3, 2, 0, 0], 1 },
        { "f32", 1, (113, 45), [2, 2, 0, 0], 0 },
        { "f32", 3, (109, 45), [3, 1, 1, 1], 0 },
        { "i8", 2, (112, 45), [2, 3, 0, 0], 0 },
        { "i8a7", 1, (107, 45), [5, 2, 2, 1], 0 },
        { "i8", 2, (112, 45), [3, 3, 1, 0], 1 },
        { "f32", 1, (112, 45), [4, 3, 3, 3], 0 },
        { "f32", 1, (111, 45), [5, 1, 2, 2], 0 },
        { "f32", 1, (9, 1100), [3, 1, 1, 1], 0 },
        { "i8", 1, (9, 1100), [5, 2, 2, 2], 0 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void EveryBandHasItsRows(string precision, int images, (int Rows, int Columns) size, int[] window, int ceiling)
    {
        using var bands = Stem(size, window, ceiling).Output("y");
        using var whole = Stem(size, window, ceiling).Output("y").Output("c");
        long[] shape = [images, 3, 2 * size.Rows, 2 * size.Columns];
        foreach (int threads in new[] { 1, 3 })
        {
            var (one, steps) = Run(bands, precision, shape, threads);
            var (other, separate) = Run(whole, precision, shape, threads);
            Assert.Contains("Loop.Continues", steps);
            Assert.Equal(window[0] > window[1], steps[Array.LastIndexOf(steps, "Loop.Continues") + 1] == "Copy.Strided");
            Assert.DoesNotContain("Loop.Continues", separate);
            Assert.Equal(other[0], one[0]);
        }
    }

    /// <summary>
    /// Where bytes are read behind the maximum it is one of bytes, and the band holds bytes. A second maximum keeps the convolution whole.
    /// </summary>
    [Theory]
    [InlineData("i8")]
    [InlineData("i8a7")]
    public void BytesStayBytes(string precision)
    {
        TinyModel Model() => Stem((400, 90), [3, 2, 1, 1], 0).Initializer("v", Ramp(5, 64, 1, 1)).Node("z = Conv y v").Output("z");
        using var bands = Model();
        using var whole = Model().Node("again = MaxPool c", TinyModel.Attribute("kernel_shape", 1, 1)).Node("o = Conv again v").Output("o");
        long[] shape = [2, 3, 800, 180];
        var (one, steps) = Run(bands, precision, shape, 1);
        var (other, separate) = Run(whole, precision, shape, 1);
        Assert.Contains("Loop.Continues", steps);
        Assert.Contains("Pool.MaxBytes", steps);
        Assert.Equal(2, separate.Count(s => s == "Pool.MaxBytes"));
        Assert.DoesNotContain("Loop.Continues", separate);
        Assert.Equal(other[0], one[0]);
    }

    /// <summary>A maximum that a product reads in bytes and a sum in floats is stored in both forms.</summary>
    [Theory]
    [InlineData("i8")]
    [InlineData("i8a7")]
    public void BothForms(string precision)
    {
        TinyModel Model() => Stem((112, 45), [3, 2, 1, 1], 0).Initializer("v", Ramp(64, 64, 1, 1)).Node("z = Conv y v")
            .Node("s = Add z y").Output("s");
        using var bands = Model();
        using var whole = Model().Output("c");
        long[] shape = [2, 3, 224, 90];
        var (one, steps) = Run(bands, precision, shape, 1);
        var (other, separate) = Run(whole, precision, shape, 1);
        Assert.Contains("Loop.Continues", steps);
        Assert.Contains("Pool.MaxBoth", steps);
        Assert.DoesNotContain("Loop.Continues", separate);
        Assert.Equal(other[0], one[0]);
    }

    /// <summary>
    /// Precision, images, size of the image; then of the depthwise convolution: height, stride, padding above and below.
    /// </summary>
    public static TheoryData<string, int, (int Rows, int Columns), int[]> Blocks => new()
    {
        { "f32", 1, (112, 45), [3, 1, 1, 1] },
        { "f32", 2, (111, 45), [3, 2, 1, 1] },
        { "bf16", 2, (113, 45), [3, 2, 0, 1] },
        { "f32", 1, (109, 45), [5, 1, 2, 2] },
        { "f32", 1, (112, 45), [2, 3, 0, 0] },
        { "f32", 2, (112, 45), [1, 1, 0, 0] },
        { "f32", 1, (9, 1100), [3, 1, 1, 1] },
        { "i8", 2, (112, 170), [3, 1, 1, 1] },
        { "i8a7", 1, (113, 170), [3, 2, 1, 1] },
        { "i8a7", 1, (111, 170), [5, 1, 2, 2] },
    };

    /// <summary>Expansion, depthwise convolution, projection: the last one joins in where it reads a large value.</summary>
    [Theory]
    [MemberData(nameof(Blocks))]
    public void ABlockGoesSomeRowsAtATime(string precision, int images, (int Rows, int Columns) size, int[] window)
    {
        using var bands = Block(size, window).Output("z");
        using var whole = ReadTwice(Block(size, window).Output("z"));
        var plan = Lower(bands, precision, 1).Plan.Steps;
        int moves = window[0] > window[1] ? 1 : 0, layers = window[1] == 1 ? 3 : 2;
        Assert.Equal(moves + layers, plan.Last(s => s.Repeats > 0).Repeats);
        foreach (int threads in new[] { 1, 3 })
        {
            var (one, steps) = Run(bands, precision, [images, 16, size.Rows, size.Columns], threads);
            var (other, separate) = Run(whole, precision, [images, 16, size.Rows, size.Columns], threads);
            Assert.Contains("Loop.Continues", steps);
            Assert.DoesNotContain("Loop.Continues", separate);
            Assert.Equal(other[0], one[0]);
        }
    }

    /// <summary>A sum with the block's input is stored where the last convolution of the bands is, whatever reads it.</summary>
    [Theory]
    [InlineData("f32")]
    [InlineData("bf16")]
    [InlineData("i8")]
    public void AResidualSumIsStoredByItsRows(string precision)
    {
        TinyModel Model() => Block((112, 170), [3, 1, 1, 1]).Node("s = Add z x").Node("r = Relu s")
            .Initializer("v", Ramp(5, 16, 1, 1)).Node("o = Conv r v").Node("n = Neg r").Output("o").Output("n");
        using var bands = Model();
        using var whole = ReadTwice(Model());
        var (one, steps) = Run(bands, precision, [2, 16, 112, 170], 1);
        var (other, separate) = Run(whole, precision, [2, 16, 112, 170], 1);
        Assert.Contains("Loop.Continues", steps);
        Assert.DoesNotContain("Loop.Continues", separate);
        Assert.Equal(other[0], one[0]);
        Assert.Equal(other[1], one[1]);
    }

    /// <summary>What is joined with something else goes to its columns of the whole.</summary>
    [Theory]
    [InlineData("f32")]
    [InlineData("i8")]
    public void RowsGoToTheirColumns(string precision)
    {
        TinyModel Model() => Block((112, 170), [3, 1, 1, 1]).Initializer("v", Ramp(8, 16, 1, 1)).Node("q = Conv x v")
            .Node("j = Concat q z", TinyModel.Attribute("axis", 1)).Initializer("u", Ramp(5, 24, 1, 1)).Node("o = Conv j u").Output("o");
        using var bands = Model();
        using var whole = ReadTwice(Model());
        var (one, steps) = Run(bands, precision, [2, 16, 112, 170], 1);
        var (other, separate) = Run(whole, precision, [2, 16, 112, 170], 1);
        Assert.Contains("Loop.Continues", steps);
        Assert.DoesNotContain("Loop.Continues", separate);
        Assert.Equal(other[0], one[0]);
    }

    /// <summary>What another layer reads too, and what is small, is computed as a whole.</summary>
    [Theory]
    [InlineData(20, false)]
    [InlineData(112, true)]
    public void OthersGoAsAWhole(int rows, bool isReadElsewhere)
    {
        using var model = Stem((rows, 45), [3, 2, 1, 1], 0).Output("y");
        if (isReadElsewhere)
        {
            model.Node("n = Neg c").Output("n");
        }

        Assert.DoesNotContain("Loop.Continues", Run(model, "f32", [1, 3, 2 * rows, 90], 1).Steps);
    }

    /// <summary>A 7×7 convolution of stride 2 to 64 channels, and a maximum.</summary>
    private static TinyModel Stem((int Rows, int Columns) size, int[] window, int ceiling) => new TinyModel()
        .Input("x", "n", 3, 2 * size.Rows, 2 * size.Columns)
        .Initializer("w", Ramp(64, 3, 7, 7))
        .Node("c = Conv x w", TinyModel.Attribute("pads", 3, 3, 3, 3), TinyModel.Attribute("strides", 2, 2))
        .Node("y = MaxPool c", TinyModel.Attribute("kernel_shape", window[0], 3), TinyModel.Attribute("strides", window[1], 2),
            TinyModel.Attribute("pads", window[2], 0, window[3], 1), TinyModel.Attribute("ceil_mode", ceiling));

    /// <summary>To 64 channels, a depthwise convolution of a width of three, and back to 16.</summary>
    private static TinyModel Block((int Rows, int Columns) size, int[] window) => new TinyModel()
        .Input("x", "n", 16, size.Rows, size.Columns)
        .Initializer("a", Ramp(64, 16, 1, 1))
        .Initializer("b", Ramp(64, 1, window[0], 3))
        .Initializer("c", Ramp(16, 64, 1, 1))
        .Node("e = Conv x a")
        .Node("d = Conv e b", TinyModel.Attribute("group", 64), TinyModel.Attribute("strides", window[1], 1),
            TinyModel.Attribute("pads", window[2], 1, window[3], 1))
        .Node("z = Conv d c");

    /// <summary>With another reader of each large value, which takes bytes where the first one does.</summary>
    private static TinyModel ReadTwice(TinyModel block) => block
        .Initializer("k", Ramp(3, 64, 1, 1)).Node("f = Conv e k").Node("g = Conv d k").Output("f").Output("g");

    private static LoweredModel Lower(TinyModel model, string precision, int threads)
    {
        var graph = GraphRewrites.Apply(model.Graph());
        var ranges = graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 1));
        return Lowerer.Lower(graph, Candidates.AsFarAsOffered(graph, PrecisionConfig.Find(precision)!), new RangeTable(ranges, ranges),
            new LoweringOptions("Tiny") { Threads = threads });
    }

    private static (float[][] Outputs, string[] Steps) Run(TinyModel model, string precision, long[] shape, int threads)
    {
        var lowered = Lower(model, precision, threads);
        using var compiled = CompiledModel.Compile(lowered);
        var random = new Random(7);
        var x = Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() * 2.4f) - 1.2f)], shape);
        return ([.. compiled.Run([x]).Select(o => o.Span<float>().ToArray())], [.. lowered.Plan.Steps.Select(s => s.Method)]);
    }

    private static Tensor Ramp(params long[] shape)
    {
        var random = new Random((int)Tensor.Count(shape));
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() - 0.5f) * 0.7f)], shape);
    }
}
