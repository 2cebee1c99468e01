using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using TorchSharp;
using Xunit;

namespace MixPrec.Models.Tests.Coordinates;

/// <summary>
/// Resize, GridSample, RoiAlign and DeformConv three ways: their definitions, ONNX Runtime, and PyTorch where it has the function.
/// docs/operators.md says whom the product follows where these differ.
/// </summary>
public sealed class CoordinateOperatorTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<string, string, bool> Samplings =>
        [.. from mode in new[] { "linear", "nearest", "cubic" } from padding in new[] { "zeros", "border", "reflection" }
            from corners in new[] { false, true } select (mode, padding, corners)];

    public static TheoryData<string, string, int, int> Resizings =>
        [.. from mode in new[] { "linear", "cubic" } from coordinates in new[] { "half_pixel", "pytorch_half_pixel", "align_corners",
            "asymmetric", "half_pixel_symmetric" }
            from size in new[] { (3, 4), (11, 9), (1, 14) } select (mode, coordinates, size.Item1, size.Item2)];

    [Theory]
    [MemberData(nameof(Samplings))]
    public void GridSample(string mode, string padding, bool corners)
    {
        var random = new Random(3);
        Tensor x = EmittedModel.Random(random, 1, 1, 4, 5), grid = EmittedModel.Random(random, 1, 9, 8, 2);
        for (int i = 0; i < grid.Length; i++)
        {
            grid.Writable<float>()[i] *= 1.9f;
        }

        using var model = new TinyModel(20).Input("x", 1, 1, 4, 5).Input("grid", 1, 9, 8, 2)
            .Node("y = GridSample x grid", TinyModel.Attribute("mode", mode),
            TinyModel.Attribute("padding_mode", padding), TinyModel.Attribute("align_corners", corners ? 1 : 0)).Output("y");
        double[,] image = Image(x);
        var points = grid.Span<float>().ToArray().Chunk(2).ToArray();
        double[] Definition(bool centreFirst) =>
            [.. points.Select(p => ImageReference.Sampled(image, p[0], p[1], mode, padding, corners, centreFirst))];
        float[] ours = Ours(model, x, grid);
        Agree(Definition(centreFirst: false), ours);
        Agree(Runtime(model, x, grid), ours);
        if (mode != "cubic")
        {
            Agree(Definition(centreFirst: true), ours);
            Agree(Torch(() => torch.nn.functional.grid_sample(torch.tensor(x.Span<float>().ToArray(), x.Shape),
                torch.tensor(grid.Span<float>().ToArray(), grid.Shape),
                mode == "nearest" ? torch.GridSampleMode.Nearest : torch.GridSampleMode.Bilinear,
                padding switch { "zeros" => torch.GridSamplePaddingMode.Zeros, "border" => torch.GridSamplePaddingMode.Border, _ =>
                    torch.GridSamplePaddingMode.Reflection }, corners)), ours);
        }
        else if (padding == "border")
        {
            // The reference implementation of the standard moves the centre of a cubic first; nobody else does.
            Assert.Contains(Definition(centreFirst: true).Zip(ours), p => Math.Abs(p.First - p.Second) > 0.01);
        }
    }

    [Theory]
    [MemberData(nameof(Resizings))]
    public void Resize(string mode, string coordinates, int height, int width)
    {
        var x = EmittedModel.Random(new Random(5), 1, 1, 5, 7);
        using var model = new TinyModel(19).Input("x", 1, 1, 5, 7).Integers("sizes", 1, 1, height, width)
            .Node("y = Resize x _ _ sizes", TinyModel.Attribute("mode", mode),
            TinyModel.Attribute("coordinate_transformation_mode", coordinates)).Output("y");
        double[,] image = Image(x);
        bool cubic = mode == "cubic";
        double[][] rows = [.. Enumerable.Range(0, 5).Select(r => (double[])[.. Enumerable.Range(0, width).Select(p =>
            ImageReference.Interpolated([.. Enumerable.Range(0, 7).Select(c => image[r, c])],
                ImageReference.Coordinate(coordinates, p, 7, width), cubic))])];
        double[] definition = [.. Enumerable.Range(0, height).SelectMany(p => Enumerable.Range(0, width).Select(c =>
            ImageReference.Interpolated([.. rows.Select(row => row[c])], ImageReference.Coordinate(coordinates, p, 5, height),
                cubic)))];
        float[] ours = Ours(model, x);
        Agree(definition, ours);
        Agree(Runtime(model, x), ours);
        if (coordinates == "align_corners" || coordinates == "half_pixel")
        {
            Agree(Torch(() => torch.nn.functional.interpolate(torch.tensor(x.Span<float>().ToArray(), x.Shape), [height, width],
                mode: cubic ? torch.InterpolationMode.Bicubic : torch.InterpolationMode.Bilinear,
                    align_corners: coordinates == "align_corners")), ours);
        }
    }

    [Theory]
    [InlineData("avg", "half_pixel", 2)]
    [InlineData("avg", "half_pixel", 0)]
    [InlineData("avg", "output_half_pixel", 2)]
    [InlineData("max", "half_pixel", 2)]
    [InlineData("max", "output_half_pixel", 3)]
    public void RoiAlign(string mode, string coordinates, int sampling)
    {
        var x = EmittedModel.Random(new Random(7), 1, 1, 8, 9);
        float[][] regions = [[0.3f, 1.2f, 6.7f, 5.9f], [2, 2, 2.4f, 2.3f], [-1.5f, -0.6f, 9.5f, 8.2f], [4, 3, 8.4f, 7.6f]];
        using var model = new TinyModel(16).Input("x", 1, 1, 8, 9).Input("rois", 4, 4).Input("batch", ElementType.I64, 4)
            .Node("y = RoiAlign x rois batch", TinyModel.Attribute("mode", mode),
            TinyModel.Attribute("coordinate_transformation_mode", coordinates), TinyModel.Attribute("output_height", 3),
                TinyModel.Attribute("output_width", 3), TinyModel.Attribute("sampling_ratio", sampling)).Output("y");
        double[,] image = Image(x);
        double[] definition = [.. from region in regions from i in Enumerable.Range(0, 3) from j in Enumerable.Range(0, 3)
                                  select ImageReference.Cell(image, [.. region.Select(v => (double)v)], 3, i, j, sampling, mode == "max",
                                      coordinates == "half_pixel")];
        Tensor rois = Tensor.Create([.. regions.SelectMany(r => r)], 4, 4), batch = Tensor.Zeros(ElementType.I64, 4);
        float[] ours = Ours(model, x, rois, batch);
        Agree(definition, ours);
        Agree(Runtime(model, x, rois, batch), ours);
    }

    [Fact]
    public void DeformConv()
    {
        var random = new Random(9);
        Tensor x = EmittedModel.Random(random, 1, 1, 5, 6), w = EmittedModel.Random(random, 1, 1, 2, 2),
            offset = EmittedModel.Random(random, 1, 8, 4, 5), mask = EmittedModel.Random(random, 1, 4, 4, 5);
        for (int i = 0; i < offset.Length; i++)
        {
            offset.Writable<float>()[i] *= 2.5f;
        }

        using var model = new TinyModel(19).Input("x", 1, 1, 5, 6).Input("w", 1, 1, 2, 2).Input("offset", 1, 8, 4, 5)
            .Input("mask", 1, 4, 4, 5).Node("y = DeformConv x w offset _ mask").Output("y");
        double[,] image = Image(x), filter = Image(w);
        double[] definition = [.. from row in Enumerable.Range(0, 4) from column in Enumerable.Range(0, 5)
                                  select ImageReference.Deformed(image, filter, t =>
                                      (At(offset, 2 * t, row, column), At(offset, (2 * t) + 1, row, column), At(mask, t, row, column)), row,
                                      column)];
        float[] ours = Ours(model, x, w, offset, mask);
        Agree(definition, ours);
        Agree(Runtime(model, x, w, offset, mask), ours);

        static double At(Tensor tensor, int channel, int row, int column) => tensor.Span<float>()[(((channel * 4) + row) * 5) + column];
    }

    private static float[] Ours(TinyModel model, params IReadOnlyList<Tensor> inputs) =>
        EmittedModel.Run(model, inputs)[0].Span<float>().ToArray();

    private static double[] Runtime(TinyModel model, params IReadOnlyList<Tensor> inputs)
    {
        // ONNX Runtime wants what this product does not need: types of outputs.
        model.Proto.Graph.Output[0].Type = new Compiler.Onnx.Proto.TypeProto { TensorType = new() { ElemType = 1 } };
        using var reference = new OnnxRuntimeReference(model.Save());
        return [.. reference.Run(inputs)[0]!.Select(v => (double)v)];
    }

    private static double[] Torch(Func<torch.Tensor> run)
    {
        using var scope = torch.NewDisposeScope();
        return [.. run().contiguous().data<float>().ToArray().Select(v => (double)v)];
    }

    /// <summary>The last two dimensions.</summary>
    private static double[,] Image(Tensor x)
    {
        var image = new double[x.Shape[^2], x.Shape[^1]];
        for (int i = 0; i < image.Length; i++)
        {
            image[i / x.Shape[^1], i % x.Shape[^1]] = x.Span<float>()[i];
        }

        return image;
    }

    private static void Agree(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"element {i}: {actual[i]} where {expected[i]} is expected");
        }
    }
}
