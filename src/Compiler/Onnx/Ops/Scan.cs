using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A body that runs once for each position of an axis of its inputs. Opset 9 (axes and directions of outputs, no batch), 11 (negative
/// axes), 16, 19, 21…25. Where the length is known when the model is built, the loop is unrolled; otherwise it runs.
/// </summary>
internal static class Scan
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        if (node.Opset < 9)
        {
            throw node.NotSupported("the batches of opset 8");
        }

        int scanned = (int)Math.Clamp(node.Attributes.Int("num_scan_inputs") ?? throw node.Invalid("num_scan_inputs is missing"), 0,
            int.MaxValue);
        int carried = node.InputCount - scanned, collected = node.OutputCount - carried;
        if (scanned < 1 || carried < 0 || collected < 0)
        {
            throw node.Invalid($"it has {Counted.Format(node.InputCount, "input")}, {scanned} of them scanned, "
                + $"and {Counted.Format(node.OutputCount, "output")}");
        }

        Value[] inputs = [.. Enumerable.Range(carried, scanned).Select(node.Input)];
        var axes = List(node, "scan_input_axes", scanned);
        int[] inputAxes = [.. inputs.Select((x, i) => node.Axis(axes[i], x.Rank))];
        var inputDirections = List(node, "scan_input_directions", scanned);
        var outputAxes = List(node, "scan_output_axes", collected);
        var outputDirections = List(node, "scan_output_directions", collected);
        Value[] values = [.. Enumerable.Range(0, carried).Select(node.Input)];
        var times = Times(node, inputs, inputAxes);
        Value Taken(Value x, int input, IntExpr time) =>
            Position(node, x, inputAxes[input], inputDirections[input] == 0 ? time : times - time - 1);
        if (!times.IsConstant || times.Value > Unrolling.MostTimes || !node.HasRoomForBody)
        {
            return Running(node, times, values, (states, time, capture) =>
                [.. states, .. inputs.Select((x, i) => Taken(capture(x), i, time))], outputAxes, outputDirections);
        }

        var parts = Enumerable.Range(0, collected).Select(_ => new List<Value>()).ToArray();
        for (long i = 0; i < times.Value; i++)
        {
            var results = node.ImportBody("body", [.. values, .. inputs.Select((x, j) => Taken(x, j, i))]);
            values = results.Count == carried + collected ? [.. results.Take(carried)]
                : throw node.Invalid($"its body returns {Counted.Format(results.Count, "value")}");
            Unrolling.Collect(parts, results.Skip(carried));
        }

        foreach (var (part, _) in parts.Zip(outputDirections).Where(p => p.Second != 0))
        {
            part.Reverse();
        }

        return [.. values, .. parts.Select((p, i) => Unrolling.Join(node, carried + i, p, node.Axis(outputAxes[i], p[0].Rank + 1)))];
    }

    private static IReadOnlyList<Value> Running(
        OnnxNode node, IntExpr times, Value[] values, Func<IReadOnlyList<Value>, IntExpr, Func<Value, Value>, IReadOnlyList<Value>> inputs,
            IReadOnlyList<long> axes, IReadOnlyList<long> directions)
    {
        var formula = new Formula(node);
        var results = RunningLoop.Add(node, times, null, null, values, inputs, hasCondition: false);
        return results.Count != values.Length + axes.Count
            ? throw node.Invalid($"its body returns {Counted.Format(results.Count, "value")}")
            : [.. results.Take(values.Length), .. results.Skip(values.Length)
                .Select((all, i) => Placed(formula, directions[i] == 0 ? all : formula.Reverse(all, 0), node.Axis(axes[i], all.Rank)))];
    }

    /// <summary>The first axis as <paramref name="axis"/>.</summary>
    private static Value Placed(Formula formula, Value all, int axis) =>
        axis == 0 ? all : formula.Transpose(all, [.. Enumerable.Range(1, axis), 0, .. Enumerable.Range(axis + 1, all.Rank - axis - 1)]);

    private static IntExpr Times(OnnxNode node, Value[] inputs, int[] axes)
    {
        IntExpr[] lengths = [.. inputs.Select((x, i) => x.Shape[axes[i]]).Distinct()];
        return lengths is not [var length]
            ? throw node.Invalid($"its inputs are scanned along different lengths: {string.Join(", ", lengths.Select(l => l.ToString()))}")
            : length == IntExpr.Zero ? throw node.NotSupported("a scan of nothing") : length;
    }

    private static Value Position(OnnxNode node, Value x, int axis, IntExpr position)
    {
        var formula = new Formula(node);
        return formula.Reshape(formula.Slice(x, axis, position, 1), x.Shape.Where((_, d) => d != axis));
    }

    private static IReadOnlyList<long> List(OnnxNode node, string attribute, int count) =>
        node.Attributes.Ints(attribute) is not { } list ? [.. Enumerable.Repeat(0L, count)]
        : list.Count == count ? list
            : throw node.Invalid($"attribute '{attribute}' has {Counted.Format(list.Count, "entry", "entries")} for {count}");
}
