using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The body of a loop on its way to a graph of its own: the values from around it become inputs behind the states.</summary>
internal sealed class LoopBody
{
    private readonly Dictionary<Value, Value> _captured = [];
    private readonly IReadOnlyList<Value> _states;

    /// <param name="states">Values whose types the first inputs have.</param>
    public LoopBody(FoldingBudget folding, IReadOnlyList<Value> states)
    {
        (Builder, _states) = (new GraphBuilder(folding), states);
        Inputs = [.. states.Select(s => Builder.AddInput(s.Name, s.Type))];
    }

    public GraphBuilder Builder { get; }

    /// <summary>The states as the body sees them.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>What the body has for a value from around it. Integers that follow from the dimensions are the same everywhere.</summary>
    public Value Capture(Value value) => value.Constant is not null || value.Integers is not null ? value
        : _captured.TryGetValue(value, out var known) ? known : _captured[value] = Builder.AddInput(value.Name, value.Type);

    /// <param name="owner">The name of the loop.</param>
    /// <param name="firstState">The number of the result that the first state becomes: sizes of states that could be the same as before
    /// are taken to be.</param>
    /// <param name="iteration">The number of the iteration, on which no size of a state depends.</param>
    /// <returns>The graph, whose inputs are the states and then <c>Captured</c>, values from around it.</returns>
    public (Graph Body, IReadOnlyList<Value> Captured) Build(string owner, IReadOnlyList<Value> results,
        IReadOnlyList<SymbolicDimension> symbols, int firstState, string iteration) =>
        (Builder.Build([.. results.Select((r, i) => AsBefore(owner, Builder.Data(r), i - firstState, iteration))], symbols),
            [.. _captured.Keys]);

    private Value AsBefore(string owner, Value result, int state, string iteration) =>
        state >= 0 && state < _states.Count && _states[state].Type is var before
            && before.Element == result.Type.Element && before.Rank == result.Rank
            && !before.Equals(result.Type) && before.Shape.Zip(result.Shape)
                .All(p => !SizeEquations.AreNeverEqual(p.First, p.Second) && !p.Second.Symbols.Contains(iteration))
        ? Builder.Add($"{owner}/state", new Graphs.Ops.Reshape(before.Shape), result) : result;
}
