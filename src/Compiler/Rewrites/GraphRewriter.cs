using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// Replays a graph node by node into a new one. A rewrite looks at a node of the old graph and either adds something else in its place
/// or leaves it to be copied; inputs and constants are shared between the graphs.
/// </summary>
internal sealed class GraphRewriter(Graph graph)
{
    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<Value, Value> _values = [];
    private readonly HashSet<Node> _absorbed = [];

    /// <param name="rewrite">Adds a replacement for the node and returns true, or returns false.</param>
    public static Graph Run(Graph graph, Func<GraphRewriter, Node, bool> rewrite)
    {
        var rewriter = new GraphRewriter(graph);
        foreach (var input in graph.Inputs)
        {
            rewriter._builder.AddInput(input);
        }

        foreach (var node in graph.Nodes)
        {
            if (!rewriter._absorbed.Contains(node) && !rewrite(rewriter, node))
            {
                rewriter.Copy(node);
            }
        }

        return rewriter._builder.Build([.. graph.Outputs.Select(rewriter.Map)], graph.Symbols);
    }

    /// <summary>Repeats <see cref="Run"/> as long as the graph becomes smaller.</summary>
    public static Graph RunUntilStable(Graph graph, Func<GraphRewriter, Node, bool> rewrite)
    {
        var next = Run(graph, rewrite);
        return next.Nodes.Count == graph.Nodes.Count ? next : RunUntilStable(next, rewrite);
    }

    /// <summary>The graph that is rewritten.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>The new graph's value for one of the old graph.</summary>
    public Value Map(Value value) => _values.GetValueOrDefault(value, value);

    /// <summary>From now on readers of <paramref name="old"/> read <paramref name="replacement"/>, a value of the new graph.</summary>
    public void Replace(Value old, Value replacement) => _values[old] = replacement;

    /// <summary>
    /// Adds one operation that does the work of <paramref name="first"/> and, when given, of <paramref name="last"/>, its only reader:
    /// it has the name of the first and the output of the last.
    /// </summary>
    /// <param name="inputs">Values of the old graph, or constants.</param>
    public void Fuse(Node first, Node? last, Op op, params IReadOnlyList<Value?> inputs)
    {
        var output = (last ?? first).Output;
        Replace(output, _builder.AddAll(first.Name, op, [.. inputs.Select(i => i is null ? null : Map(i))], [output.Name])[0]);
        if (last is not null)
        {
            _absorbed.Add(last);
        }
    }

    /// <summary>An operation that the old graph does not have.</summary>
    /// <param name="inputs">Values of the new graph, or constants.</param>
    public Value Add(string name, Op op, params IReadOnlyList<Value?> inputs) => _builder.Add(name, op, inputs);

    /// <summary>An operation in the place of <paramref name="node"/>.</summary>
    /// <param name="inputs">Values of the new graph, or constants.</param>
    public void PutInPlace(Node node, Op op, params IReadOnlyList<Value?> inputs) =>
        Replace(node.Output, _builder.AddAll(node.Name, op, inputs, [node.Output.Name])[0]);

    /// <summary>
    /// Copies <paramref name="node"/> and puts an operation on its output and <paramref name="operand"/> behind it, which readers then
    /// read.
    /// </summary>
    public void CopyThen(Node node, string name, Op op, Value operand)
    {
        Copy(node);
        Replace(node.Output, _builder.Add(name, op, Map(node.Output), operand));
    }

    /// <summary>
    /// The node that alone reads the output of <paramref name="node"/>; null when there are several or the graph returns it.
    /// </summary>
    public Node? OnlyReader(Node node) => node.Outputs.Count == 1
        && Graph.HasOneUse(node.Output) ? Graph.ConsumersOf(node.Output)[0] : null;

    /// <summary>Copies <paramref name="node"/> with another operation that has the same inputs and outputs.</summary>
    public void ReplaceOp(Node node, Op op)
    {
        var outputs = _builder.AddAll(node.Name, op, [.. node.Inputs.Select(i => i is null ? null : Map(i))],
            [.. node.Outputs.Select(o => o.Name)]);
        for (int i = 0; i < outputs.Count; i++)
        {
            Replace(node.Outputs[i], outputs[i]);
        }
    }

    private void Copy(Node node) => ReplaceOp(node, node.Op);
}
