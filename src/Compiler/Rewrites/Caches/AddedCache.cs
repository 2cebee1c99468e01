using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// Adds a cache to a plain decoder: a graph of one sequence as long as its context, so that all that depends on positions alone is a
/// constant. Node by node it is shown that a row depends on its own token only, but for products with keys and values under a causal mask;
/// those are joined to the past. So the row of a token is what the whole context would give, whatever tokens follow.
/// </summary>
internal sealed class AddedCache
{
    private readonly Graph _graph;
    private readonly string _modelPath;
    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<Value, Value> _values = [];
    private readonly Dictionary<Value, SequenceAxes> _axes = [];
    private readonly Dictionary<Value, Value> _joined = [];
    private readonly List<(Value Past, Value Present)> _pairs = [];
    private readonly PositionTables _tables;
    private readonly SymbolicDimension _tokens, _past;
    private long _context;

    public AddedCache(Graph graph, string modelPath)
    {
        (_graph, _modelPath) = (graph, modelPath);
        (_tokens, _past) = (new("tokens", "tokens"), new("past", "past"));
        _tables = new PositionTables(_builder, Tokens, Past);
    }

    private IntExpr Tokens { get; } = IntExpr.Symbol("tokens");

    private IntExpr Past { get; } = IntExpr.Symbol("past");

    /// <exception cref="MixPrecException">MXP3009: a node mixes positions otherwise.</exception>
    public CachedGraph Apply()
    {
        AddTokens();
        foreach (var node in _graph.Nodes)
        {
            Add(node);
        }

        Value[] outputs = [.. _graph.Outputs.Select(o => _axes.TryGetValue(o, out var axes)
            && axes.Key < 0 ? _values[o] : throw Refused(o.Name, "output", "it has no row for each token"))];
        if (_pairs.Count == 0)
        {
            throw Refused(_graph.Outputs[0].Name, "output", "no attention leads to it");
        }

        var graph = _builder.Build([.. outputs, .. _pairs.Select(p => p.Present)], [_tokens, _past]);
        return new(graph, new PlanCache(_tokens.Identifier, _past.Identifier, "capacity", checked((int)_context),
            new(_pairs.Select((_, i) => new PlanState(1 + i, 1 + _pairs.Count + outputs.Length + i)))));
    }

    private void AddTokens()
    {
        if (_graph.Inputs is not [{ Type.Element: ElementType.I64 or ElementType.I32 } input]
            || input.Shape.Count(d => d != IntExpr.One) != 1 || !input.Type.IsStatic)
        {
            throw Refused(_graph.Inputs.Count == 0 ? "" : _graph.Inputs[0].Name, "input",
                "one input of integer tokens is expected whose length is the context, "
                + $"but the inputs are {string.Join(", ", _graph.Inputs.Select(i => i.Type))}; bind the length with Dimensions");
        }

        int axis = Enumerable.Range(0, input.Rank).First(d => input.Shape[d] != IntExpr.One);
        _context = input.Shape[axis].Value;
        _axes[input] = new(axis);
        _values[input] = _builder.AddInput(input.Name, input.Type.WithShape(Resized(input.Shape, _axes[input])));
    }

    private void Add(Node node)
    {
        if (node.Outputs.Count != 1 || !node.Inputs.Any(i => i is not null && _axes.ContainsKey(i)))
        {
            throw Refused(node, "it does not follow from the tokens one by one");
        }

        var (op, inputs, axes) = node.Op switch
        {
            Unary => Same(node, _axes[node.Input(0)] with { Step = ScoreStep.Raw }),
            Cast => Same(node, _axes[node.Input(0)]),
            Binary or Where or Compare => Elementwise(node),
            Gather gather => Picked(node, gather),
            MatMul => Product(node),
            Softmax softmax => Weighed(node, softmax),
            Normalize normalize => Same(node, Rows(node), Rows(node).Query < normalize.Axis),
            Reduce reduce => Same(node, new(Rows(node).Query - (reduce.KeepDimensions ? 0 : reduce.Axes.Count(a => a < Rows(node).Query))),
                !reduce.Axes.Contains(Rows(node).Query)),
            Transpose transpose => Same(node, Moved(node, axis => transpose.Permutation.ToList().IndexOf(axis))),
            Reshape reshape => Reshaped(node, Moved(node, axis => SameAxis(node, axis)), axes => new Reshape(Resized(reshape.Shape, axes))),
            Expand expand => Reshaped(node, _axes[node.Input(0)].Shifted(node.Output.Rank - node.Input(0).Rank), axes =>
                new Expand(Resized(expand.Shape, axes))),
            Slice slice => Reshaped(node, Moved(node, axis => slice.Sizes[axis] == _context && slice.Steps[axis] == 1 ? axis : -1), axes =>
                slice with { Sizes = Resized(slice.Sizes, axes) }),
            Concat concat => Same(node, Rows(node), node.Inputs.All(i => _axes.TryGetValue(i!, out var a) && a == Rows(node))
                && concat.Axis != Rows(node).Query),
            _ => throw Refused(node, "it may mix positions"),
        };
        _values[node.Output] = _builder.AddAll(node.Name, op, inputs, [node.Output.Name])[0];
        _axes[node.Output] = axes;
    }

    private (Op, IReadOnlyList<Value?>, SequenceAxes) Same(Node node, SequenceAxes axes, bool allowed = true) =>
        allowed ? (node.Op, [.. node.Inputs.Select(i => i is null ? null : Map(i))], axes) : throw Refused(node, "it mixes positions");

    private (Op, IReadOnlyList<Value?>, SequenceAxes) Reshaped(Node node, SequenceAxes axes, Func<SequenceAxes, Op> op) =>
        (op(axes), [.. node.Inputs.Select(i => i is null ? null : Map(i))], axes);

    private (Op, IReadOnlyList<Value?>, SequenceAxes) Picked(Node node, Gather op)
    {
        var (data, indices) = (node.Input(0), node.Input(1));
        return _axes.TryGetValue(indices, out var axes)
            ? Same(node, new(axes.Query + op.Axis), data.Constant is not null && axes.Key < 0)
            : Same(node, Moved(node, axis => axis == op.Axis ? -1 : axis < op.Axis ? axis : axis + indices.Rank - 1),
                indices.Constant is not null);
    }

    private (Op, IReadOnlyList<Value?>, SequenceAxes) Weighed(Node node, Softmax op)
    {
        var axes = _axes[node.Input(0)];
        return op.Axis != axes.Key ? Same(node, axes with { Step = ScoreStep.Raw }, op.Axis != axes.Query)
            : axes.Step == ScoreStep.Masked && !op.Logarithm ? Same(node, axes with { Step = ScoreStep.Weights })
            : throw Refused(node, "no constant causal mask hides later tokens from it");
    }

    private (Op, IReadOnlyList<Value?>, SequenceAxes) Elementwise(Node node)
    {
        int rank = node.Output.Rank;
        var given = node.Inputs.OfType<Value>().Where(_axes.ContainsKey).Select(i => _axes[i].Shifted(rank - i.Rank)).ToArray();
        var axes = new SequenceAxes(given[0].Query, given.Max(a => a.Key));
        if (given.Any(a => a.Query != axes.Query || (a.Key >= 0 && a.Key != axes.Key)))
        {
            throw Refused(node, "it combines different positions");
        }

        axes = axes with { Step = axes.Key >= 0 && CausalMask.Is(node, axes) ? ScoreStep.Masked : ScoreStep.Raw };
        return (node.Op, [.. node.Inputs.OfType<Value>().Select(i =>
            _axes.ContainsKey(i) ? _values[i] : Table(i, axes.Shifted(i.Rank - rank)))], axes);
    }

    private (Op, IReadOnlyList<Value?>, SequenceAxes) Product(Node node)
    {
        var (a, b, rank) = (node.Input(0), node.Input(1), node.Output.Rank);
        if (!_axes.TryGetValue(b, out var right))
        {
            return Same(node, Rows(node).Shifted(rank - a.Rank), Rows(node).Query != a.Rank - 1);
        }

        if (!_axes.TryGetValue(a, out var left) || left.Query != a.Rank - 2 || right.Key >= 0)
        {
            throw Refused(node, "it mixes positions");
        }

        bool scores = left.Key < 0 && right.Query == b.Rank - 1;
        return scores || (left.Key == a.Rank - 1 && left.Step == ScoreStep.Weights && right.Query == b.Rank - 2)
            ? (node.Op, [Map(a), Joined(b, right.Query), .. node.Inputs.Skip(2)], scores ? new(rank - 2, rank - 1) : new(rank - 2))
            : throw Refused(node,
                "it mixes positions and is no product of queries and keys, nor of weights under a causal mask and values");
    }

    /// <summary>The keys or values of all tokens so far.</summary>
    private Value Joined(Value added, int axis)
    {
        if (!_joined.TryGetValue(added, out var joined))
        {
            var now = Map(added);
            var past = _builder.AddInput(added.Name + ".past", now.Type.WithShape([.. now.Shape.Select((d, i) => i == axis ? Past : d)]));
            _joined[added] = joined = _builder.Add(added.Name + ".present", new Concat(axis), past, now);
            _pairs.Add((past, joined));
        }

        return joined;
    }

    /// <summary>What elementwise operations read of a constant.</summary>
    private Value Table(Value constant, SequenceAxes axes) =>
        axes.Query >= 0 && constant.Shape[axes.Query] == _context
            ? _tables.Read(constant, axes.Query, HasKeys(constant, axes) ? axes.Key : -1)
        : HasKeys(constant, axes) ? _tables.Keys(constant, axes.Key) : constant;

    private bool HasKeys(Value constant, SequenceAxes axes) => axes.Key >= 0 && constant.Shape[axes.Key] == _context;

    private Value Map(Value value) => value.Constant is not null ? value : _values[value];

    private SequenceAxes Rows(Node node) => _axes.TryGetValue(node.Input(0), out var axes)
        && axes.Key < 0 ? axes : throw Refused(node, "it mixes positions");

    /// <summary>The axes of the input where <paramref name="move"/> puts them; −1 is nowhere.</summary>
    private SequenceAxes Moved(Node node, Func<int, int> move)
    {
        var axes = _axes[node.Input(0)];
        var moved = new SequenceAxes(move(axes.Query), axes.Key < 0 ? -1 : move(axes.Key), axes.Step);
        return moved.Query >= 0 && moved.Key >= 0 == axes.Key >= 0 ? moved : throw Refused(node, "it takes positions apart");
    }

    /// <summary>The axis of the output of a reshape that is an axis of its input: as long, with as many elements before.</summary>
    private static int SameAxis(Node node, int axis)
    {
        var (from, to) = (node.Input(0).Shape, node.Output.Shape);
        var before = IntExpr.Product(from.Take(axis));
        return Enumerable.Range(0, to.Count).Where(d => to[d] == from[axis] && IntExpr.Product(to.Take(d)) == before).DefaultIfEmpty(-1)
            .First();
    }

    private IReadOnlyList<IntExpr> Resized(IReadOnlyList<IntExpr> shape, SequenceAxes axes) =>
        [.. shape.Select((d, i) => i == axes.Query ? Tokens : i == axes.Key ? Past + Tokens : d)];

    private MixPrecException Refused(Node node, string reason) => Refused(node.Name, node.Op.Kind, reason);

    private MixPrecException Refused(string node, string kind, string reason) => CachedGraph.Refused(_modelPath, node, kind, reason);
}
