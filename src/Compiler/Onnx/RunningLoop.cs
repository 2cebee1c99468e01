using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>What Loop and Scan share where they are not unrolled: the body becomes a graph of its own, which a run repeats.</summary>
internal static class RunningLoop
{
    /// <param name="tripCount">How often at most; null where <paramref name="limit"/> says it.</param>
    /// <param name="condition">Whether at all; null for yes.</param>
    /// <param name="states">Their first values.</param>
    /// <param name="inputs">
    /// The inputs of the body, from its states, the number of the iteration, and what makes a value from around it one of the body's.
    /// </param>
    /// <param name="hasCondition">Whether the first output of the body says so; otherwise it is a state.</param>
    /// <returns>The last states and the collected values.</returns>
    /// <exception cref="MixPrecException">MXP3008: sizes change between iterations, or are not known before the loop runs.</exception>
    public static IReadOnlyList<Value> Add(
        OnnxNode node, IntExpr? tripCount, Value? limit, Value? condition, IReadOnlyList<Value> states,
        Func<IReadOnlyList<Value>, IntExpr, Func<Value, Value>, IReadOnlyList<Value>> inputs, bool hasCondition)
    {
        string iteration = node.Count(0, int.MaxValue);
        var (body, captured) = node.ImportLoopBody(states, (first, capture) =>
            inputs(first, IntExpr.Count(iteration), capture), hasCondition ? 1 : 0, iteration);
        if (!hasCondition)
        {
            body = new Graph(body.Inputs,
                [node.Constant("true", Tensor.Create<bool>(ElementType.Bool, [true])), .. body.Outputs], body.Nodes,
                body.Symbols);
        }

        if (body.Outputs.Count <= states.Count)
        {
            throw node.Invalid($"its body returns {Counted.Format(body.Outputs.Count, "value")}");
        }

        bool conditional = condition is not null || node.Truth(body.Outputs[0]) is not true;
        if (Refusal(body, states, iteration, isCounted: tripCount is not null && !conditional) is { } reason)
        {
            // With constant inputs the loop could be unrolled, so the message names the input that is missing.
            throw limit is not null ? node.Unknown(0, limit, "a number", reason) : condition is not null
                ? node.Unknown(1, condition, "a truth value", reason) : node.Unsupported(reason);
        }

        return node.AddAll(body.Outputs.Count - 1, new Graphs.Ops.Loop(iteration, tripCount, body, states.Count, conditional),
            [limit, condition, .. states, .. captured]);
    }

    private static string? Refusal(Graph body, IReadOnlyList<Value> states, string iteration, bool isCounted) =>
        states.Zip(body.Outputs.Skip(1)).FirstOrDefault(s => !s.First.Type.Equals(s.Second.Type))
            is { First: { } before, Second: { } after }
            ? $"its body makes {after.Type} of '{PrintableName.Format(before.Name)}', which is {before.Type}, "
                + "and what a loop keeps has to stay as large as it is"
        : body.Nodes.SelectMany(n => n.Outputs).SelectMany(o => o.Shape)
            .Any(d => d.Symbols.Contains(iteration)) ? "sizes in its body change between iterations"
        : body.Outputs.Count > 1 + states.Count && !isCounted ? "it collects values, and how often it runs is found out by running it"
        : null;
}
