using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Cuts x along an axis; each output is a slice. Opset 2 (sizes are an attribute), 11 (negative axis), 13 (sizes are an input), 18
/// (num_outputs, a smaller last part).
/// </summary>
internal static class Split
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        int axis = node.Axis(node.Attributes.Int("axis") ?? 0, x.Rank);
        IReadOnlyList<IntExpr>? named = node.Opset < 13 ? node.Attributes.Ints("split")?.Select(IntExpr.Constant)
            .ToArray() : node.Integers(1);
        long parts = node.Attributes.Int("num_outputs") ?? node.OutputCount;
        if (named is not null ? named.Count != node.OutputCount : parts < 1 || parts != node.OutputCount)
        {
            throw node.Invalid($"it has {Counted.Format(node.OutputCount, "output")} for {Counted.Format(named?.Count ?? parts, "part")}");
        }

        var sizes = named ?? EqualSizes(node, x.Shape[axis], parts);
        var rest = x.Shape[axis] - IntExpr.Sum(sizes);
        if (sizes.Any(s => s.IsConstant && s.Value < 0) || (rest.IsConstant && rest.Value != 0))
        {
            throw node.Invalid($"sizes [{string.Join(", ", sizes)}] do not add up to {x.Shape[axis]}");
        }

        var outputs = new List<Value>();
        IntExpr start = 0;
        for (int i = 0; i < sizes.Count; i++)
        {
            IntExpr[] starts = [.. x.Shape.Select((_, d) => d == axis ? start : 0)];
            IntExpr[] shape = [.. x.Shape.Select((s, d) => d == axis ? sizes[i] : s)];
            outputs.Add(node.Add(i, new Graphs.Ops.Slice(starts, [.. x.Shape.Select(_ => 1)], shape), x));
            start += sizes[i];
        }

        return outputs;
    }

    private static IntExpr[] EqualSizes(OnnxNode node, IntExpr size, long parts)
    {
        if (size.DivideExactly(parts) is { } part)
        {
            return [.. Enumerable.Repeat(part, (int)parts)];
        }

        long chunk = !size.IsConstant ? throw node.Unsupported($"'{size}' may not be divisible by {parts}")
            : node.Attributes.Has("num_outputs") ? (size.Value + parts - 1) / parts
            : throw node.Invalid($"a dimension of {size} has no {parts} equal parts");
        return [.. Enumerable.Range(0, (int)parts).Select(i => i < parts - 1 ? IntExpr.Constant(chunk) : size - (chunk * (parts - 1)))];
    }
}
