using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// What is computed where a product stores, or passed on in bytes, has the bits of the steps it takes the place of. Those are still taken
/// where the values between are returned or sizes are open: the same network in that form is the truth here.
/// </summary>
public sealed class FusedStoreTests
{
    public static TheoryData<string> Precisions { get; } = ["f32", "bf16", "i8a7", "i8"];

    /// <summary>The blocks of ResNet: the first product of a sum is stored, the second stores the sum in the forms that are read.</summary>
    [Theory]
    [MemberData(nameof(Precisions))]
    public void ResidualSums(string precision)
    {
        using var fused = Residual(returnsProducts: false);
        using var apart = Residual(returnsProducts: true);
        var (one, steps) = Run(fused, precision, [2, 5, 9, 9]);
        var (other, separate) = Run(apart, precision, [2, 5, 9, 9]);
        Assert.Equal(3, separate.Count(s => s is "Zip.Run" or "Map.Run"));
        Assert.DoesNotContain(steps, s => s is "Zip.Run" or "Map.Run");
        Assert.True(separate.Count(s => s.StartsWith("Quantize", StringComparison.Ordinal))
            >= steps.Count(s => s.StartsWith("Quantize", StringComparison.Ordinal)));
        Assert.Equal(one[0], other[0]);
    }

    /// <summary>A sum with a branch that a product makes channels last while the other lies in the order of the shape.</summary>
    [Theory]
    [MemberData(nameof(Precisions))]
    public void AProductOfRowsThatIsAddedToAnImage(string precision)
    {
        TinyModel Model() => new TinyModel().Input("x", 1, 3, 6, 6).Input("rows", 1, 4, 6, 5)
            .Initializer("a", Ramp(4, 3, 3, 3)).Initializer("m", Ramp(5, 6)).Initializer("b", Ramp(2, 4, 1, 1))
            .Node("image = Conv x a", TinyModel.Attribute("pads", 1, 1, 1, 1)).Node("product = MatMul rows m")
            .Node("sum = Add image product").Node("y = Conv sum b").Output("y");
        using var fused = Model();
        using var apart = Model().Output("product").Output("image");
        var (one, _) = Run(fused, precision, [1, 3, 6, 6], [1, 4, 6, 5]);
        var (other, separate) = Run(apart, precision, [1, 3, 6, 6], [1, 4, 6, 5]);
        Assert.Contains("Zip.Run", separate);
        Assert.Equal(one[0], other[0]);
    }

    /// <summary>Neither is a product that is there twice, nor a value that repeats along an axis, nor one that is read elsewhere.</summary>
    [Fact]
    public void OtherSumsAreSteps()
    {
        using var twice = new TinyModel().Input("x", 1, 3, 4, 4).Initializer("w", Ramp(3, 3, 1, 1))
            .Node("c = Conv x w").Node("y = Add c c").Output("y");
        using var repeats = new TinyModel().Input("x", 1, 3, 4, 4).Input("z", 1, 3, 1, 1).Initializer("w", Ramp(3, 3, 1, 1))
            .Node("c = Conv x w").Node("y = Add c z").Output("y");
        using var read = new TinyModel().Input("x", 1, 3, 4, 4).Initializer("w", Ramp(3, 3, 1, 1))
            .Node("c = Conv x w").Node("s = Add c x").Node("y = Mul s c").Output("y");
        Assert.Contains("Zip.Run", Run(twice, "f32", [1, 3, 4, 4]).Steps);
        Assert.Contains("Zip.Run", Run(repeats, "f32", [1, 3, 4, 4], [1, 3, 1, 1]).Steps);
        Assert.Equal(2, Run(read, "f32", [1, 3, 4, 4]).Steps.Count(s => s == "Zip.Run"));
    }

    [Theory]
    [InlineData("i8")]
    [InlineData("i8a7")]
    public void MaximaOfBytes(string precision)
    {
        TinyModel Model() => new TinyModel().Input("x", 2, 3, 11, 13).Initializer("a", Ramp(6, 3, 3, 3)).Initializer("b", Ramp(5, 6, 3, 3))
            .Node("c = Conv x a").Node("p = MaxPool c", TinyModel.Attribute("kernel_shape", 3, 3), TinyModel.Attribute("strides", 2, 2),
                TinyModel.Attribute("pads", 1, 1, 0, 1))
            .Node("q = MaxPool p", TinyModel.Attribute("kernel_shape", 2, 2)).Node("y = Conv q b").Output("y");
        using var bytes = Model();
        using var floats = Model().Output("p").Output("q");
        var (one, steps) = Run(bytes, precision, [2, 3, 11, 13]);
        var (other, separate) = Run(floats, precision, [2, 3, 11, 13]);
        Assert.Equal(2, steps.Count(s => s == "Pool.MaxBytes"));
        Assert.DoesNotContain("Pool.MaxBytes", separate);
        Assert.Equal(one[0], other[0]);
    }

    /// <summary>A maximum that a product reads in bytes and a sum in floats is stored in both forms.</summary>
    [Theory]
    [InlineData("i8", 6)]
    [InlineData("i8a7", 8)]
    public void MaximaInBothForms(string precision, int channels)
    {
        // A second Relu changes nothing but the order of steps.
        TinyModel Model(string read) => new TinyModel().Input("x", 2, 3, 11, 13).Initializer("a", Ramp(channels, 3, 3, 3))
            .Initializer("b", Ramp(channels, channels, 1, 1)).Node("c = Conv x a").Node("r = Relu c")
            .Node("p = MaxPool r", TinyModel.Attribute("kernel_shape", 3, 3), TinyModel.Attribute("strides", 2, 2)).Node("s = Relu p")
            .Node($"q = Conv {read} b").Node($"y = Add q {read}").Output("y");
        using var both = Model("p");
        using var apart = Model("s");
        var (one, steps) = Run(both, precision, [2, 3, 11, 13]);
        var (other, separate) = Run(apart, precision, [2, 3, 11, 13]);
        Assert.Single(steps, s => s == "Pool.MaxBoth");
        Assert.DoesNotContain("Quantize.Run", steps);
        Assert.DoesNotContain("Pool.MaxBoth", separate);
        Assert.Contains("Quantize.Run", separate);
        Assert.Equal(other[0], one[0]);
    }

    /// <summary>Planes become pixels in one step, whatever the number of channels; the same bits as reordered first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void InputsInPlanes(int channels)
    {
        using var planes = new TinyModel().Input("x", 2, channels, 7, 5).Initializer("w", Ramp(5, channels, 3, 3))
            .Node("y = Conv x w").Output("y");
        using var reordered = new TinyModel().Input("x", 2, channels, 7, 5).Initializer("w", Ramp(5, channels, 3, 3))
            .Node("p = MaxPool x", TinyModel.Attribute("kernel_shape", 1, 1)).Node("y = Conv p w").Output("y");
        var (one, steps) = Run(planes, "i8", [2, channels, 7, 5]);
        var (other, separate) = Run(reordered, "i8", [2, channels, 7, 5]);
        Assert.Equal([channels == 1 ? "Quantize.ToWindows" : "Quantize.ToChannelsLast", "Conv.U8S8", "Copy.Strided"], steps);
        Assert.Equal(one[0], other[0]);
    }

    /// <summary>
    /// The taps of a row become channels of an image with one; the same integers as from its pixels, which are those behind a maximum.
    /// </summary>
    [Theory]
    [InlineData("i8", new[] { 3, 3 }, new[] { 1, 1 }, new[] { 1, 1, 1, 1 }, new[] { 1, 1 })]
    [InlineData("i8a7", new[] { 5, 5 }, new[] { 2, 2 }, new[] { 2, 2, 2, 2 }, new[] { 1, 1 })]
    [InlineData("i8", new[] { 2, 7 }, new[] { 1, 3 }, new[] { 0, 4, 1, 2 }, new[] { 1, 1 })]
    [InlineData("i8", new[] { 3, 2 }, new[] { 2, 1 }, new[] { 2, 0, 0, 1 }, new[] { 2, 1 })]
    public void WindowsOfOneChannel(string precision, int[] kernel, int[] strides, int[] pads, int[] dilations)
    {
        TinyModel Model(string read) => new TinyModel().Input("x", "n", 1, 9, 11)
            .Initializer("w", Ramp(6, 1, kernel[0], kernel[1])).Node("p = MaxPool x", TinyModel.Attribute("kernel_shape", 1, 1))
            .Node($"y = Conv {read} w", TinyModel.Attribute("pads", [.. pads.Select(p => (long)p)]),
                TinyModel.Attribute("strides", [.. strides.Select(s => (long)s)]),
                TinyModel.Attribute("dilations", [.. dilations.Select(d => (long)d)])).Output("y");
        using var windows = Model("x");
        using var pixels = Model("p");
        var (one, steps) = Run(windows, precision, [2, 1, 9, 11]);
        var (other, separate) = Run(pixels, precision, [2, 1, 9, 11]);
        Assert.Contains("Quantize.ToWindows", steps);
        Assert.DoesNotContain("Quantize.ToWindows", separate);
        Assert.Equal(other[0], one[0]);
    }

    /// <summary>
    /// Of a small image of bytes, of any number of images, the padding is part of the input, where it has few channels or many weights; of
    /// open sizes it is not.
    /// </summary>
    [Theory]
    [InlineData("i8", 3, 6, true)]
    [InlineData("i8a7", 3, 6, true)]
    [InlineData("i8", 342, 342, true)]
    [InlineData("i8", 5, 6, false)]
    public void SmallImagesInTheirPadding(string precision, int inputs, int outputs, bool isPadded)
    {
        TinyModel Model(object? height, object? width) => new TinyModel().Input("x", "n", inputs, height, width)
            .Initializer("w", Ramp(outputs, inputs, 3, 3))
            .Node("y = Conv x w", TinyModel.Attribute("pads", 2, 1, 0, 1), TinyModel.Attribute("strides", 2, 1)).Output("y");
        using var small = Model(7, 6);
        using var open = Model("h", "w");
        var (one, steps) = Run(small, precision, [2, inputs, 7, 6]);
        var (other, separate) = Run(open, precision, [2, inputs, 7, 6]);
        Assert.Equal(isPadded, steps.Contains("Pad.Run"));
        Assert.DoesNotContain("Pad.Run", separate);
        Assert.Equal(one[0], other[0]);
    }

    /// <summary>Sums of integers in double precision are exact: the depthwise kernel differs by its one rounding.</summary>
    [Theory]
    [InlineData("i8", 255)]
    [InlineData("i8a7", 127)]
    public void DepthwiseBytesAreTheQuantizedConvolution(string precision, int largest)
    {
        const int Channels = 19;
        using var model = new TinyModel().Input("x", 1, Channels, 6, 7).Initializer("w", Ramp(Channels, 1, 3, 3))
            .Node("y = Conv x w", TinyModel.Attribute("group", Channels), TinyModel.Attribute("pads", 1, 1, 1, 1)).Output("y");
        var (outputs, steps) = Run(model, precision, [1, Channels, 6, 7]);
        Assert.Contains("DepthwiseConv.U8S8", steps);
        float[] x = Input([1, Channels, 6, 7], 0).Span<float>().ToArray(), w = Ramp(Channels, 1, 3, 3).Span<float>().ToArray();
        float scale = 2f / largest;
        int zeroPoint = (int)MathF.Round(1 / scale);
        for (int i = 0; i < outputs[0].Length; i++)
        {
            var (channel, row, column) = (i / 42, i / 7 % 6, i % 7);
            float step = w.Skip(channel * 9).Take(9).Max(MathF.Abs) / 127;
            long sum = 0;
            for (int tap = 0; tap < 9; tap++)
            {
                var (r, c) = (row - 1 + (tap / 3), column - 1 + (tap % 3));
                if (r is >= 0 and < 6 && c is >= 0 and < 7)
                {
                    long code = (long)Math.Clamp(MathF.Round(x[(channel * 42) + (r * 7) + c] / scale) + zeroPoint, 0, largest) - zeroPoint;
                    sum += code * (long)MathF.Round(w[(channel * 9) + tap] / step);
                }
            }

            Assert.Equal((double)sum * step * scale, outputs[0][i], 1e-5 * Math.Max(1, Math.Abs(sum * step * scale)));
        }
    }

    private static TinyModel Residual(bool returnsProducts)
    {
        static AttributeProto Padded() => TinyModel.Attribute("pads", 1, 1, 1, 1);
        var model = new TinyModel().Input("x", 2, 5, 9, 9)
            .Initializer("a", Ramp(8, 5, 3, 3)).Initializer("b", Ramp(8, 8, 3, 3)).Initializer("c", Ramp(8, 8, 3, 3))
            .Initializer("d", Ramp(8, 5, 1, 1)).Initializer("e", Ramp(4, 8, 3, 3)).Initializer("f", Ramp(8, 8, 3, 3))
            .Node("first = Conv x a", Padded()).Node("mainOne = Conv first b", Padded()).Node("shortcut = Conv x d")
            .Node("sumOne = Add mainOne shortcut").Node("blockOne = Relu sumOne")
            .Node("inside = Conv blockOne c", Padded()).Node("mainTwo = Conv inside f", Padded())
            .Node("blockTwo = Add blockOne mainTwo").Node("y = Conv blockTwo e", Padded()).Output("y");
        return returnsProducts ? model.Output("shortcut").Output("mainOne").Output("mainTwo") : model;
    }

    private static (float[][] Outputs, string[] Steps) Run(TinyModel model, string precision, params long[][] shapes)
    {
        var graph = GraphRewrites.Apply(model.Graph());
        var candidate = PrecisionConfig.Find(precision)!;
        var ranges = graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 1));
        var assignment = Candidates.AsFarAsOffered(graph, candidate);
        Assert.True(candidate == PrecisionConfig.F32 || assignment.Choices.Any());
        var lowered = Lowerer.Lower(graph, assignment, new RangeTable(ranges, ranges), new LoweringOptions("Tiny"));
        string[] steps = [.. lowered.Plan.Steps.Select(s => s.Method)];
        using var compiled = CompiledModel.Compile(lowered);
        Tensor[] inputs = [.. shapes.Select(Input)];
        return ([.. compiled.Run(inputs).Select(o => o.Span<float>().ToArray())], steps);
    }

    private static Tensor Input(long[] shape, int index)
    {
        var random = new Random(7 + index);
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() * 2.4f) - 1.2f)], shape);
    }

    private static Tensor Ramp(params long[] shape)
    {
        var random = new Random((int)Tensor.Count(shape));
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() - 0.5f) * 0.7f)], shape);
    }
}
