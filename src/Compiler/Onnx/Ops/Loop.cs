using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A body that runs a number of times, each time on what the time before returned. Opset 1, 11, 13 (sequences), 16 (optionals), 19, 21…25.
/// Where the number and every condition are known when the model is built, the loop is unrolled; otherwise it runs.
/// </summary>
internal static class Loop
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("body");
        int carried = node.InputCount - 2, collected = node.OutputCount - carried;
        if (carried < 0 || collected < 0)
        {
            throw node.Invalid($"it has {Counted.Of(node.InputCount, "input")} and {Counted.Of(node.OutputCount, "output")}");
        }

        Value[] values = [.. Enumerable.Range(0, carried).Select(i => node.Input(i + 2))];
        var times = Unrolling.Times(node, 0);
        bool? goes = node.InputOrNull(1) is null ? true : node.ConstantTruth(1, out _);
        return goes is { } known && times is { IsConstant: true }
            && Unrolled(node, times.Value, known, values, collected) is { } unrolled ? unrolled
            : Running(node, times, goes, values, collected);
    }

    /// <summary>Null where the loop does not end soon, or where that is not known.</summary>
    private static IReadOnlyList<Value>? Unrolled(OnnxNode node, long times, bool goes, Value[] values, int collected)
    {
        var parts = Enumerable.Range(0, collected).Select(_ => new List<Value>()).ToArray();
        for (long i = 0; goes && i < times; i++)
        {
            if (i == Unrolling.MostTimes || !node.HasRoomForBody)
            {
                return null;
            }

            var results = Body(node, i, values, collected);
            if (node.Truth(results[0]) is not { } goesOn)
            {
                return null;
            }

            goes = goesOn;
            values = [.. results.Skip(1).Take(values.Length)];
            Unrolling.Collect(parts, results.Skip(1 + values.Length));
        }

        if (parts.Any(p => p.Count == 0))
        {
            return [.. values, .. Body(node, 0, values, collected).Skip(1 + values.Length).Select(v => Unrolling.Nothing(node, v))];
        }

        return [.. values, .. parts.Select((p, i) => Unrolling.Join(node, values.Length + i, p, 0))];
    }

    private static IReadOnlyList<Value> Running(OnnxNode node, IntExpr? times, bool? goes, Value[] values, int collected)
    {
        var limit = times is null ? node.InputOrNull(0) : null;
        var results = RunningLoop.Add(node, times is { IsConstant: true } ? Math.Clamp(times.Value, 0, int.MaxValue) : times is null ? null
            : IntExpr.Max(times, 0), limit, goes == true ? null : node.Input(1), values,
            (states, time, _) => [GraphBuilder.Integers($"{node.Name}/time", [time], scalar: true), Goes(node), .. states], goesOn: true);
        return results.Count == values.Length + collected ? results
            : throw node.Invalid($"its body returns {Counted.Of(results.Count + 1, "value")}");
    }

    private static IReadOnlyList<Value> Body(OnnxNode node, long iteration, IReadOnlyList<Value> values, int collected)
    {
        var results = node.ImportBody("body", [node.Constant("iteration", Tensor.Of([iteration])), Goes(node), .. values]);
        return results.Count == 1 + values.Count + collected ? results
            : throw node.Invalid($"its body returns {Counted.Of(results.Count, "value")}");
    }

    /// <summary>A body runs only where it is to go on.</summary>
    private static Value Goes(OnnxNode node) => node.Constant("goes", Tensor.Of<bool>(ElementType.Bool, [true]));
}
