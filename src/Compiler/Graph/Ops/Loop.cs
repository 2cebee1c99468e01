using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Runs a graph of its own again and again, each iteration on what the one before returned. Inputs: 0 the trip count at most, I64 (null
/// where <paramref name="TripCount"/> says it), 1 whether at all, Bool (null for yes), then the first values of the states, then what the
/// body reads from outside. Outputs: the last states, then the collected values of all iterations, along a new first axis.
/// </summary>
/// <param name="Iteration">The identifier of the number of the iteration, from 0 on: a count that the shapes of the body do not
/// hold.</param>
/// <param name="TripCount">How often at most; null where that is data.</param>
/// <param name="Body">Inputs: states, then what it reads from outside. Outputs: whether to go on, the states in types that do not change,
/// collected values.</param>
/// <param name="States">How many.</param>
/// <param name="Conditional">Whether the body's answer to going on is data; otherwise it is not read.</param>
internal sealed record Loop(string Iteration, IntExpr? TripCount, Graph Body, int States, bool Conditional) : Op
{
    public override IReadOnlyList<string> Counts => [Iteration, .. Body.Nodes.SelectMany(n => n.Op.Counts)];

    public override IEnumerable<IntExpr> ReadSizes => TripCount is null ? [] : [TripCount];

    /// <summary>It may have no end.</summary>
    public override bool MayFail(IReadOnlyList<Value?> inputs) => true;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
    [
        .. Body.Outputs.Skip(1).Take(States).Select(s => s.Type),
        .. Body.Outputs.Skip(1 + States).Select(c => c.Type.WithShape([TripCount!, .. c.Shape])),
    ];
}
