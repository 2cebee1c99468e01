using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using TorchSharp;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Resizes in a network, where images lie channels last, against TorchSharp; and of sizes that are only known when the model runs.
/// </summary>
public sealed class ResizeTests
{
    [Theory]
    [InlineData("nearest", "asymmetric", "floor", 2f)]
    [InlineData("nearest", "half_pixel", "round_prefer_floor", 2f)]
    [InlineData("linear", "half_pixel", "floor", 2f)]
    [InlineData("linear", "half_pixel", "floor", 1.5f)]
    [InlineData("linear", "align_corners", "floor", 3f)]
    [InlineData("cubic", "half_pixel", "floor", 2f)]
    public void OfAConvolutionEqualsTorch(string mode, string coordinates, string rounding, float scale)
    {
        var random = new Random(5);
        var (x, w) = (EmittedModel.Random(random, 1, 2, 4, 6), EmittedModel.Random(random, 3, 2, 1, 1));
        using var model = new TinyModel(13).Input("x", 1, 2, 4, 6).Initializer("w", w)
            .Initializer("scales", Tensor.Create([1, 1, scale, scale], 4))
            .Node("c = Conv x w").Node("y = Resize c _ scales", TinyModel.Attribute("mode", mode),
                TinyModel.Attribute("coordinate_transformation_mode", coordinates),
                TinyModel.Attribute("nearest_mode", rounding)).Output("y");
        var actual = Assert.Single(EmittedModel.Run(model, x));
        using var scope = torch.NewDisposeScope();
        var convolved = torch.nn.functional.conv2d(x.ToTorch(), w.ToTorch());
        long[] size = [(long)(4 * scale), (long)(6 * scale)];
        var expected = mode switch
        {
            "nearest" => torch.nn.functional.interpolate(convolved, size, mode: torch.InterpolationMode.Nearest),
            "linear" => torch.nn.functional.interpolate(convolved, size, mode: torch.InterpolationMode.Bilinear,
                align_corners: coordinates == "align_corners"),
            _ => torch.nn.functional.interpolate(convolved, size, mode: torch.InterpolationMode.Bicubic, align_corners: false),
        };
        EmittedModel.AssertClose(expected.ToTensor(), actual, 1e-5);
    }

    /// <summary>Whole scales repeat pixels, and so do sizes that are multiples of a symbolic one.</summary>
    [Fact]
    public void OfSymbolicSizesRepeats()
    {
        using var model = new TinyModel(13).Input("x", "batch", 1, "h", "w").Initializer("scales", Tensor.Create([1, 1, 2f, 3f], 4))
            .Node("y = Resize x _ scales", TinyModel.Attribute("coordinate_transformation_mode", "asymmetric"),
                TinyModel.Attribute("nearest_mode", "floor")).Output("y");
        var x = Tensor.Create([1, 2, 3, 4f], 2, 1, 1, 2);
        var actual = Assert.Single(EmittedModel.Run(model, x));
        Assert.Equal([2L, 1, 2, 6], actual.Shape);
        Assert.Equal([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4f], actual.Span<float>().ToArray());
    }

    [Theory]
    [InlineData("linear", 2f)]
    [InlineData("nearest", 1.5f)]
    public void OfSymbolicSizesIsRefusedWhereWeightsDependOnThem(string mode, float scale)
    {
        using var model = new TinyModel(13).Input("x", 1, 1, "h", 4).Initializer("scales", Tensor.Create([1, 1, scale, 1f], 4))
            .Node("y = Resize x _ scales", TinyModel.Attribute("mode", mode)).Output("y");
        Assert.Equal("MXP3008", Assert.Throws<MixPrecException>(() => model.Read()).Description.Id);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(1e9f)]
    [InlineData(1e-9f)]
    public void OfSizesBeyondReasonIsRefused(float scale)
    {
        using var model = new TinyModel(13).Input("x", 1, 1, 4, 4).Initializer("scales", Tensor.Create([1, 1, scale, 1f], 4))
            .Node("y = Resize x _ scales", TinyModel.Attribute("mode", "linear")).Output("y");
        Assert.StartsWith("MXP3", Assert.Throws<MixPrecException>(() => model.Read()).Description.Id);
    }
}
