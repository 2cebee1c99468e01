using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Transposed convolution of x [N, C, D1…] with w [C, O/group, K1…] and an optional bias [O]: one convolution for all phases of the output,
/// whose channels are then put side by side. Its weights are constants where the file's are, so it has all precisions of Conv. Opset 1, 11
/// (defaults stated), 22 (bf16).
/// </summary>
internal static class ConvTranspose
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x, w) = (new Formula(node), node.Input(0, ElementType.F32), node.Input(1, ElementType.F32));
        int[] kernel = FilterAttributes.Kernel(node, x, w);
        int groups = FilterAttributes.Groups(node);
        if (SizeEquations.AreNeverEqual(w.Shape[0], x.Shape[1]) || w.Shape[0].Value % groups != 0)
        {
            throw node.Invalid($"weights {w.Type} in {groups} groups do not fit {x.Type}");
        }

        var axes = TransposedAxis.Read(node, x, kernel);
        long outputs = w.Shape[1].Value * groups;
        int phases = axes.Aggregate(1, (product, axis) => checked(product * axis.Stride));
        var conv = new Graphs.Ops.Conv([.. axes.Select(_ => 1)], [.. axes.Select(a => a.PadBegin)], [.. axes.Select(a => a.PadEnd)],
            [.. axes.Select(a => a.Dilation)], groups);
        Value?[] bias = node.InputOrNull(2) is null ? [] : [Repeated(formula, node.Input(2, ElementType.F32), outputs, phases)];
        var product = node.AddPart("convolution", conv, [x, Filter(node, formula, w, axes, groups), .. bias]);

        int rank = axes.Count;
        var positions = product.Shape.Skip(2).ToArray();
        var split = formula.Reshape(product,
            [x.Shape[0], outputs, .. axes.Where(a => a.Stride > 1).Select(a => IntExpr.Constant(a.Stride)), .. positions]);
        int phased = axes.Count(a => a.Stride > 1), phase = 2;
        var woven = formula.Transpose(split,
            [0, 1, .. axes.SelectMany((a, i) => a.Stride > 1 ? new[] { 2 + phased + i, phase++ } : [2 + phased + i])]);
        var whole = formula.Reshape(woven, [x.Shape[0], outputs, .. axes.Select((a, i) => positions[i] * a.Stride)]);
        return [node.Add(new Graphs.Ops.Slice([0, 0, .. axes.Select(a => IntExpr.Constant(a.Start))], [.. Enumerable.Repeat(1, rank + 2)],
            [x.Shape[0], outputs, .. axes.Select(a => a.Output)]), whole)];
    }

    /// <summary>[C, O/g, K…] → [O · phases, C/g, taps…].</summary>
    private static Value Filter(OnnxNode node, Formula formula, Value w, IReadOnlyList<TransposedAxis> axes, int groups)
    {
        long channels = w.Shape[0].Value / groups, outputs = w.Shape[1].Value;
        for (int i = 0; i < axes.Count; i++)
        {
            var axis = axes[i];
            w = axis.SpreadBy == 1 ? w : Spread(formula, w, i + 2, axis);
            w = formula.Pad(w, i + 2, 0, (axis.Taps * axis.Stride) - axis.Spread);
        }

        // Group by group, outputs before channels.
        w = formula.Reshape(w, [groups, channels, outputs, .. axes.Select(a => IntExpr.Constant(a.Taps * a.Stride))]);
        w = formula.Transpose(w, [0, 2, 1, .. axes.Select((_, i) => i + 3)]);
        w = formula.Reshape(w, [groups * outputs, channels, .. axes.SelectMany(a =>
            a.Stride > 1 ? new[] { IntExpr.Constant(a.Taps), a.Stride } : [IntExpr.Constant(a.Taps)])]);
        int[] taps = new int[axes.Count];
        var order = new List<int>();
        for (int i = 0, position = 2; i < axes.Count; i++)
        {
            taps[i] = position++;
            if (axes[i].Stride > 1)
            {
                order.Add(position++);
            }
        }

        w = formula.Reverse(w, taps);
        w = formula.Transpose(w, [0, .. order, 1, .. taps]);
        return formula.Reshape(w,
            [groups * outputs * axes.Aggregate(1, (product, a) => product * a.Stride), channels,
            .. axes.Select(a => IntExpr.Constant(a.Taps))]);
    }

    /// <summary>Zeros between the taps of dimension <paramref name="d"/>.</summary>
    private static Value Spread(Formula formula, Value w, int d, TransposedAxis axis)
    {
        IntExpr[] shape = [.. w.Shape];
        var apart = formula.Pad(formula.Reshape(w, [.. shape.Take(d + 1), 1, .. shape.Skip(d + 1)]), d + 1, 0, axis.SpreadBy - 1);
        return formula.Slice(formula.Reshape(apart, [.. shape.Take(d), axis.Kernel * axis.SpreadBy, .. shape.Skip(d + 1)]), d, 0,
            axis.Spread);
    }

    private static Value Repeated(Formula formula, Value bias, long outputs, int phases) =>
        phases == 1 ? bias : formula.Reshape(formula.Expand(formula.Reshape(bias, [outputs, 1]), [outputs, phases]), [outputs * phases]);
}
