using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Enlarges by scales, what Resize does since. Opset 7 (scales are an attribute), 9 (an input), deprecated in 10.</summary>
internal static class Upsample
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        double[] scales = node.Opset < 9 ? [.. (node.Attributes.Floats("scales") ?? throw node.Invalid("the scales are missing"))
            .Select(s => (double)s)]
            : node.ConstantTensor(1) is { Type: ElementType.F32 } tensor ? [.. tensor.Span<float>().ToArray().Select(s => (double)s)]
            : throw node.Invalid("the scales are missing or no fp32");
        string mode = node.Attributes.String("mode") ?? "nearest";
        return mode is "nearest" or "linear"
            ? Resize.Resized(node, x, ResizeSizes.FromScales(node, x, [.. Enumerable.Range(0, x.Rank)], scales),
                new(mode, "asymmetric", "floor", 0, false, false), 0)
            : throw node.Invalid($"mode '{PrintableName.Format(mode)}' is unknown");
    }
}
