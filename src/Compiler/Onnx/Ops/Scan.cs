using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A body that runs once for each position of an axis of its inputs. Opset 9 (axes and directions of outputs, no batch), 11 (negative axes), 16, 19,
/// 21…25. The length has to be known when the model is built: the loop is unrolled.
/// </summary>
internal static class Scan
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        if (node.Opset < 9)
        {
            throw node.NotSupported("the batches of opset 8");
        }

        int scanned = (int)Math.Clamp(node.Attributes.Int("num_scan_inputs") ?? throw node.Invalid("num_scan_inputs is missing"), 0, int.MaxValue);
        int carried = node.InputCount - scanned, collected = node.OutputCount - carried;
        if (scanned < 1 || carried < 0 || collected < 0)
        {
            throw node.Invalid($"it has {node.InputCount} inputs, {scanned} of them scanned, and {node.OutputCount} outputs");
        }

        Value[] inputs = [.. Enumerable.Range(carried, scanned).Select(node.Input)];
        var axes = List(node, "scan_input_axes", scanned);
        int[] inputAxes = [.. inputs.Select((x, i) => node.Axis(axes[i], x.Rank))];
        var inputDirections = List(node, "scan_input_directions", scanned);
        var outputAxes = List(node, "scan_output_axes", collected);
        var outputDirections = List(node, "scan_output_directions", collected);
        long times = Times(node, inputs, inputAxes);

        Value[] values = [.. Enumerable.Range(0, carried).Select(node.Input)];
        var parts = Enumerable.Range(0, collected).Select(_ => new List<Value>()).ToArray();
        for (long i = 0; i < times; i++)
        {
            var slices = inputs.Select((x, j) => Position(node, x, inputAxes[j], inputDirections[j] == 0 ? i : times - 1 - i));
            var results = node.ImportBody("body", [.. values, .. slices]);
            values = results.Count == carried + collected ? [.. results.Take(carried)] : throw node.Invalid($"its body returns {results.Count} values");
            Unrolling.Collect(parts, results.Skip(carried));
        }

        foreach (var (part, _) in parts.Zip(outputDirections).Where(p => p.Second != 0))
        {
            part.Reverse();
        }

        return [.. values, .. parts.Select((p, i) => Unrolling.Join(node, carried + i, p, node.Axis(outputAxes[i], p[0].Rank + 1)))];
    }

    private static long Times(OnnxNode node, Value[] inputs, int[] axes)
    {
        IntExpr[] lengths = [.. inputs.Select((x, i) => x.Shape[axes[i]]).Distinct()];
        if (lengths.Length != 1 || !lengths[0].IsConstant)
        {
            throw lengths.Length == 1 ? node.Unknown(node.InputCount - inputs.Length, GraphBuilder.Integers(inputs[0].Name, lengths), "of a length")
                : node.Invalid($"its inputs are scanned along different lengths: {string.Join(", ", lengths.Select(l => l.ToString()))}");
        }

        Unrolling.Check(node, lengths[0].Value);
        return lengths[0].Value > 0 ? lengths[0].Value : throw node.NotSupported("a scan of nothing");
    }

    private static Value Position(OnnxNode node, Value x, int axis, long position)
    {
        var formula = new Formula(node);
        return formula.Reshape(formula.Slice(x, axis, position, 1), x.Shape.Where((_, d) => d != axis));
    }

    private static IReadOnlyList<long> List(OnnxNode node, string attribute, int count) => node.Attributes.Ints(attribute) is not { } list ? [.. Enumerable.Repeat(0L, count)]
        : list.Count == count ? list : throw node.Invalid($"attribute '{attribute}' has {list.Count} entries for {count}");
}
