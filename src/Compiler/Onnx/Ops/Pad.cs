using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Adds positions around each dimension (constant, reflect, edge, wrap); negative pads remove some. Opset 2 (pads and value are
/// attributes), 11 (inputs), 13, 18 (axes), 19 (wrap), 21…25.
/// </summary>
internal static class Pad
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        bool attributes = node.Opset < 11;
        var pads = (attributes ? node.Attributes.Ints("pads") : node.ConstantIntegers(1)) ?? throw node.Invalid("the pads are missing");
        var (f, type) = (new Formula(node), x.Type.Element);
        var value = !attributes ? node.InputOrNull(2) : node.Attributes.Float("value") is { } number and not 0
            ? f.Number(number, type) : null;
        var mode = node.Attributes.String("mode") switch
        {
            null or "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Edge,
            "wrap" when node.Opset >= 19 => PadMode.Wrap,
            var other => throw node.Invalid($"mode '{PrintableName.Format(other)}' is unknown"),
        };
        int[] axes = node.ConstantIntegers(3) is { } named ? node.Axes(named, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        if (pads.Count != 2 * axes.Length || pads.Any(p => p is < int.MinValue or > int.MaxValue))
        {
            throw node.Invalid($"{Counted.Format(pads.Count, "pad")} for {Counted.Format(axes.Length, "axis", "axes")} of {x.Type}");
        }

        int[] before = new int[x.Rank], after = new int[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            (before[axes[i]], after[axes[i]]) = ((int)pads[i], (int)pads[i + axes.Length]);
        }

        RequireReach(node, x, mode, before, after);
        var op = new Graphs.Ops.Pad(mode, before, after);
        return [value is null || mode != PadMode.Constant ? node.Add(op, x) : node.Add(op, x, f.Reshape(f.Cast(value, type), []))];
    }

    /// <summary>Reflection reaches size − 1 positions; edge and wrap go on for ever where there is one.</summary>
    private static void RequireReach(OnnxNode node, Value x, PadMode mode, int[] before, int[] after)
    {
        for (int d = 0; d < x.Rank && mode != PadMode.Constant; d++)
        {
            int most = Math.Max(before[d], after[d]);
            if (most > 0 && x.Shape[d] is { IsConstant: true } size && (mode == PadMode.Reflect ? most > size.Value - 1 : size.Value < 1))
            {
                throw node.NotSupported($"pads of {most} in mode {mode} for a dimension of {size}");
            }
        }
    }
}
