using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// A symbolic dimension: <paramref name="Name"/> as the model file has it (untrusted), <paramref name="Identifier"/> as C# and
/// <see cref="IntExpr"/> have it.
/// </summary>
/// <param name="Bound">Of a count, which a node finds out, what it is at most, over symbols that are no counts; null for a dimension of the
/// inputs.</param>
internal sealed record SymbolicDimension(string Name, string Identifier, IntExpr? Bound = null)
{
    /// <summary>
    /// Of a dimension that conditions tie to others: what it is in the symbols that the sizes of the graph are written in; null for one of
    /// these.
    /// </summary>
    public IntExpr? Equal { get; init; }

    /// <summary>
    /// Of a symbol that the graph alone has, the units or the rest of a dimension: that unit; null for dimensions and counts.
    /// </summary>
    public SizeUnit? Unit { get; init; }
}

/// <summary>
/// A network: nodes in topological order between inputs and outputs. Immutable; rewrites build a new graph with a
/// <see cref="GraphBuilder"/>.
/// </summary>
internal sealed class Graph
{
    private readonly Dictionary<Value, Node[]> _consumers;

    public Graph(IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs, IReadOnlyList<Node> nodes,
        IReadOnlyList<SymbolicDimension> symbols)
    {
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Symbols = symbols;
        _consumers = nodes.SelectMany(n => n.Inputs.OfType<Value>().Distinct().Select(v => (Value: v, Node: n)))
            .GroupBy(p => p.Value, p => p.Node).ToDictionary(g => g.Key, g => g.ToArray());
    }

    public IReadOnlyList<Value> Inputs { get; }

    public IReadOnlyList<Value> Outputs { get; }

    /// <summary>The place of <see cref="Answer"/> among the outputs.</summary>
    public int AnswerIndex => Math.Max(0, Outputs.Index().Where(o => o.Item.Type.Element.IsFloat()).Select(o => o.Index).FirstOrDefault());

    /// <summary>
    /// The output whose error is bounded: the first one of floats, for classifiers on tables return a label before the scores; the first
    /// one where none is of floats.
    /// </summary>
    public Value Answer => Outputs[AnswerIndex];

    /// <summary>In topological order.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The dimensions that stay run-time parameters, in order of first appearance.</summary>
    public IReadOnlyList<SymbolicDimension> Symbols { get; }

    /// <summary>The nodes that read <paramref name="value"/>, each once, in topological order.</summary>
    public IReadOnlyList<Node> ConsumersOf(Value value) => _consumers.TryGetValue(value, out var nodes) ? nodes : [];

    public bool IsOutput(Value value) => Outputs.Contains(value);

    /// <summary>
    /// True when exactly one node reads the value and the graph does not return it: its producer may be fused with that node.
    /// </summary>
    public bool HasOneUse(Value value) => ConsumersOf(value).Count == 1 && !IsOutput(value)
        && ConsumersOf(value)[0].Inputs.Count(i => ReferenceEquals(i, value)) == 1;

    /// <summary>Bytes of the constants that nodes read.</summary>
    public long ConstantBytes => Nodes.SelectMany(n => n.Inputs).Concat(Outputs).Distinct()
        .Sum(v => (long)(v?.Constant?.Bytes.Length ?? 0));

    /// <summary>The nodes that precision is chosen for.</summary>
    public IEnumerable<Node> QuantizableNodes => Nodes.Where(n => n.IsQuantizable());

    /// <summary>
    /// The part of the graph that computes <paramref name="nodes"/>, as a graph of its own: values from outside become its inputs,
    /// values read outside its outputs.
    /// </summary>
    public Graph Extract(IReadOnlyCollection<Node> nodes)
    {
        var inside = nodes.ToHashSet();
        var ordered = Nodes.Where(inside.Contains).ToArray();
        var inputs = ordered.SelectMany(n => n.Inputs).OfType<Value>()
            .Where(v => v.Constant is null && (v.Producer is null || !inside.Contains(v.Producer))).Distinct().ToArray();
        var outputs = ordered.SelectMany(n => n.Outputs).Where(v => IsOutput(v) || ConsumersOf(v).Any(c => !inside.Contains(c))).ToArray();
        var counted = ordered.SelectMany(n => n.Op.Counts).ToHashSet();

        // What was counted outside is a size of an input here. All symbols stay: attributes name them too, and a size of an input need not
        // show which ones it was made of.
        return new Graph(inputs, outputs, ordered,
            [.. Symbols.Where(s => s.Equal is null).Select(s => counted.Contains(s.Identifier) ? s : s with { Bound = null, Unit = null })
            .OrderBy(s => s.Bound is not null)]);
    }
}
