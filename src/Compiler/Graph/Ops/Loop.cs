using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Runs a graph of its own again and again, each time on what the time before returned. Inputs: 0 how often at most, I64 (null where
/// <paramref name="Times"/> says it),
/// 1 whether at all, Bool (null for yes), then the first values of the states, then what the body reads from outside. Outputs: the last
/// states, then the collected
/// values of all times, along a new first axis.
/// </summary>
/// <param name="Time">The identifier of the number of the time, from 0 on: a count that the shapes of the body do not hold.</param>
/// <param name="Times">How often at most; null where that is data.</param>
/// <param name="Body">Inputs: states, then what it reads from outside. Outputs: whether to go on, the states in types that do not change,
/// collected values.</param>
/// <param name="States">How many.</param>
/// <param name="Conditional">Whether the body's answer to going on is data; otherwise it is not read.</param>
internal sealed record Loop(string Time, IntExpr? Times, Graph Body, int States, bool Conditional) : Op
{
    public override IReadOnlyList<string> Counts => [Time, .. Body.Nodes.SelectMany(n => n.Op.Counts)];

    public override IEnumerable<IntExpr> ReadSizes => Times is null ? [] : [Times];

    /// <summary>It may have no end.</summary>
    public override bool MayFail(IReadOnlyList<Value?> inputs) => true;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
    [
        .. Body.Outputs.Skip(1).Take(States).Select(s => s.Type),
        .. Body.Outputs.Skip(1 + States).Select(c => c.Type.WithShape([Times!, .. c.Shape])),
    ];
}
