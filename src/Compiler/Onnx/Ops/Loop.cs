using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A body that runs a number of times, each time on what the time before returned. Opset 1, 11, 13 (sequences), 16 (optionals), 19, 21…25.
/// The number and every condition have to be known when the model is built: the loop is unrolled.
/// </summary>
internal static class Loop
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("body");
        int carried = node.InputCount - 2, collected = node.OutputCount - carried;
        if (carried < 0 || collected < 0)
        {
            throw node.Invalid($"it has {node.InputCount} inputs and {node.OutputCount} outputs");
        }

        long limit = Unrolling.Times(node, 0) ?? long.MaxValue;
        bool goes = node.InputOrNull(1) is null || (node.ConstantTruth(1, out var condition) ?? throw node.Unknown(1, condition, "a truth value"));
        Value[] values = [.. Enumerable.Range(0, carried).Select(i => node.Input(i + 2))];
        var parts = Enumerable.Range(0, collected).Select(_ => new List<Value>()).ToArray();
        for (long i = 0; goes && i < limit; i++)
        {
            Unrolling.Check(node, i + 1);
            var results = Body(node, i, values, collected);
            goes = node.Truth(results[0]) ?? throw node.Unsupported("whether the loop goes on has to be known when the model is built");
            values = [.. results.Skip(1).Take(carried)];
            Unrolling.Collect(parts, results.Skip(1 + carried));
        }

        if (parts.Any(p => p.Count == 0))
        {
            return [.. values, .. Body(node, 0, values, collected).Skip(1 + carried).Select(v => Unrolling.Nothing(node, v))];
        }

        return [.. values, .. parts.Select((p, i) => Unrolling.Join(node, carried + i, p, 0))];
    }

    private static IReadOnlyList<Value> Body(OnnxNode node, long iteration, IReadOnlyList<Value> values, int collected)
    {
        var number = node.Constant("iteration", Tensor.Of([iteration]));
        var results = node.ImportBody("body", [number, node.Constant("goes", Tensor.Of<bool>(ElementType.Bool, [true])), .. values]);
        return results.Count == 1 + values.Count + collected ? results : throw node.Invalid($"its body returns {results.Count} values");
    }
}
