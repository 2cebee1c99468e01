using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Partition;

/// <summary>A part of the network that runs after the one before it and before the one after it, so that times add over parts.</summary>
/// <param name="Index">Position in the order of execution, from 0.</param>
/// <param name="Nodes">In topological order; inputs come from sub-graphs of at most this index.</param>
/// <param name="Signature">Ops, attributes, shapes and wiring as text: equal signatures take equal time, so one measurement serves them
/// all.</param>
internal sealed record Subgraph(int Index, IReadOnlyList<Node> Nodes, string Signature)
{
    /// <summary>
    /// The nodes a precision is chosen for; node i of one sub-graph corresponds to node i of another with the same signature.
    /// </summary>
    public IReadOnlyList<Node> Quantizable { get; } = [.. Nodes.Where(n => n.IsQuantizable())];

    public override string ToString() => $"{Index}: {string.Join(", ", Nodes.Select(n => n.Name))}";
}
