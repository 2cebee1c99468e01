using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A body that runs a number of times, each iteration on what the one before returned. Opset 1, 11, 13 (sequences), 16 (optionals), 19,
/// 21…25. Where the number and every condition are known when the model is built, the loop is unrolled; otherwise it runs.
/// </summary>
internal static class Loop
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("body");
        int carried = node.InputCount - 2, collected = node.OutputCount - carried;
        if (carried < 0 || collected < 0)
        {
            throw node.Invalid($"it has {Counted.Format(node.InputCount, "input")} and {Counted.Format(node.OutputCount, "output")}");
        }

        Value[] values = [.. Enumerable.Range(0, carried).Select(i => node.Input(i + 2))];
        var tripCount = Unrolling.Times(node, 0);
        bool? condition = node.InputOrNull(1) is null ? true : node.ConstantTruth(1, out _);
        return condition is { } known && tripCount is { IsConstant: true }
            && Unrolled(node, tripCount.Value, known, values, collected) is { } unrolled ? unrolled
            : Running(node, tripCount, condition, values, collected);
    }

    /// <summary>Null where the loop does not end soon, or where that is not known.</summary>
    private static IReadOnlyList<Value>? Unrolled(OnnxNode node, long tripCount, bool condition, Value[] values, int collected)
    {
        var parts = Enumerable.Range(0, collected).Select(_ => new List<Value>()).ToArray();
        for (long i = 0; condition && i < tripCount; i++)
        {
            if (i == Unrolling.MostTimes || !node.HasRoomForBody)
            {
                return null;
            }

            var results = Body(node, i, values, collected);
            if (node.Truth(results[0]) is not { } hasCondition)
            {
                return null;
            }

            condition = hasCondition;
            values = [.. results.Skip(1).Take(values.Length)];
            Unrolling.Collect(parts, results.Skip(1 + values.Length));
        }

        if (parts.Any(p => p.Count == 0))
        {
            return [.. values, .. Body(node, 0, values, collected).Skip(1 + values.Length).Select(v => Unrolling.Nothing(node, v))];
        }

        return [.. values, .. parts.Select((p, i) => Unrolling.Join(node, values.Length + i, p, 0))];
    }

    private static IReadOnlyList<Value> Running(OnnxNode node, IntExpr? tripCount, bool? condition, Value[] values, int collected)
    {
        var limit = tripCount is null ? node.InputOrNull(0) : null;
        IntExpr? most = tripCount is { IsConstant: true } ? Math.Clamp(tripCount.Value, 0, int.MaxValue)
            : tripCount is null ? null : IntExpr.Max(tripCount, 0);
        var results = RunningLoop.Add(node, most, limit, condition == true ? null : node.Input(1), values,
            (states, iteration, _) => [GraphBuilder.Integers($"{node.Name}/iteration", [iteration], scalar: true), True(node), .. states],
            hasCondition: true);
        return results.Count == values.Length + collected ? results
            : throw node.Invalid($"its body returns {Counted.Format(results.Count + 1, "value")}");
    }

    private static IReadOnlyList<Value> Body(OnnxNode node, long iteration, IReadOnlyList<Value> values, int collected)
    {
        var results = node.ImportBody("body", [node.Constant("iteration", Tensor.Create([iteration])), True(node), .. values]);
        return results.Count == 1 + values.Count + collected ? results
            : throw node.Invalid($"its body returns {Counted.Format(results.Count, "value")}");
    }

    /// <summary>A body runs only where it is to go on.</summary>
    private static Value True(OnnxNode node) => node.Constant("true", Tensor.Create<bool>(ElementType.Bool, [true]));
}
