using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Crops or pads axes to wanted sizes, in equal parts at both ends; the odd position is at the end. Opset 18.</summary>
internal static class CenterCropPad
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        int[] axes = node.Attributes.Ints("axes") is { } named ? node.Axes(named, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        var sizes = node.Integers(1) ?? throw node.Invalid("the shape is missing");
        if (sizes.Count != axes.Length)
        {
            throw node.Invalid($"{Counted.Format(sizes.Count, "size")} for {Counted.Format(axes.Length, "axis", "axes")} of {x.Type}");
        }

        var y = x;
        for (int i = 0; i < axes.Length; i++)
        {
            var more = x.Shape[axes[i]] - sizes[i];
            y = more.IsNonNegative ? formula.Slice(y, axes[i], IntExpr.FloorDiv(more, 2), sizes[i])
                : more.IsConstant ? formula.Pad(y, axes[i], checked((int)(-more.Value / 2)),
                    checked((int)(-more.Value - (-more.Value / 2))))
                : throw node.Unsupported($"a dimension of '{x.Shape[axes[i]]}' to '{sizes[i]}'");
        }

        return [formula.Result(y)];
    }
}
