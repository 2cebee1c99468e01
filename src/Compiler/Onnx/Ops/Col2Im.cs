using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Adds up blocks [N, C · taps, blocks] where a sliding window took them from: pixels that are known beforehand, one beyond the image for
/// its padding. Opset 18.
/// </summary>
internal static class Col2Im
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), Elementwise.RequireNumber(node, node.Input(0)));
        long[] image = [.. node.ConstantIntegers(1) ?? throw node.Invalid("the image's shape is missing")],
            block = [.. node.ConstantIntegers(2) ?? throw node.Invalid("the block's shape is missing")];
        int rank = image.Length;
        var strides = node.Attributes.Sizes("strides") ?? [.. Enumerable.Repeat(1, rank)];
        var dilations = node.Attributes.Sizes("dilations") ?? [.. Enumerable.Repeat(1, rank)];
        var pads = node.Attributes.Sizes("pads") ?? new int[2 * rank];
        if (rank < 1 || x.Rank != 3 || block.Length != rank || strides.Count != rank || dilations.Count != rank || pads.Count != 2 * rank
            || image.Concat(block).Any(s => s is < 1 or > int.MaxValue) || strides.Concat(dilations).Any(s => s < 1)
                || pads.Any(p => p < 0))
        {
            throw node.Invalid($"blocks of [{string.Join(", ", block)}] do not fit an image of [{string.Join(", ", image)}]");
        }

        long[] counts = [.. image.Select((size, i) =>
            ((size + pads[i] + pads[i + rank] - (dilations[i] * (block[i] - 1)) - 1) / strides[i]) + 1)];
        node.RequireFoldable(Count(block) * Count(counts));
        node.RequireFoldable(Count(image));
        long taps = Tensor.Count(block), pixels = Tensor.Count(image);
        if (counts.Any(c => c < 1) || x.Shape[2] != Tensor.Count(counts) || x.Shape[1].DivideExactly(taps) is not { } channels)
        {
            throw node.Invalid($"{x.Type} holds no blocks of [{string.Join(", ", block)}] at [{string.Join(", ", counts)}] places");
        }

        long[] target = [.. Positions(block)
            .SelectMany(tap => Positions(counts)
            .Select(at => Pixel(image, [.. image.Select((_, i) => (at[i] * strides[i]) + (tap[i] * dilations[i]) - pads[i])], pixels)))];
        var images = x.Shape[0] * channels;
        var updates = formula.Reshape(x, images, target.Length);
        var indices = formula.Expand(node.Constant("pixels", Tensor.Create(target, 1, target.Length)), [images, target.Length]);
        var sums = node.AddPart("sums", new Graphs.Ops.ScatterElements(1, BinaryKind.Add),
            formula.Expand(formula.Zero(x.Type.Element), [images, pixels + 1]), indices, updates);
        return [formula.Result(formula.Reshape(formula.Slice(sums, 1, 0, pixels),
            [x.Shape[0], channels, .. image.Select(IntExpr.Constant)]))];
    }

    /// <summary>Positions of a shape, or more than any limit.</summary>
    private static Int128 Count(long[] shape) =>
        shape.Aggregate((Int128)1, (product, size) => product > int.MaxValue ? product : product * Math.Max(size, 1));

    private static long Pixel(long[] image, long[] position, long outside) =>
        position.Zip(image, (p, size) => p >= 0 && p < size).All(inside => inside) ? position.Zip(image)
            .Aggregate(0L, (flat, d) => (flat * d.Second) + d.First) : outside;

    private static IEnumerable<long[]> Positions(long[] shape)
    {
        long count = Tensor.Count(shape);
        var strides = StridedView.RowMajor(shape);
        for (long i = 0; i < count; i++)
        {
            yield return [.. shape.Select((size, d) => i / strides[d] % size)];
        }
    }
}
