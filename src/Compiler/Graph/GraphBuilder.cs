using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Builds a graph node by node: infers shapes, folds constants, gives nodes unique names and drops what no output needs.</summary>
internal sealed class GraphBuilder
{
    private readonly FoldingBudget _folding;
    private readonly List<Value> _inputs = [];
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<Value, Value> _data = [];

    /// <param name="folding">What constants may still be computed; that of another builder where both are parts of one model.</param>
    public GraphBuilder(FoldingBudget? folding = null) => _folding = folding ?? new FoldingBudget();

    /// <summary>The nodes added so far, also those that no output will need.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <exception cref="SizeLimitException">The input is too large.</exception>
    public Value AddInput(string name, TensorType type)
    {
        type.RequireSize();
        var value = new Value(name, type);
        _inputs.Add(value);
        return value;
    }

    public void AddInput(Value value) => _inputs.Add(value);

    /// <summary>A constant; small integer vectors also carry their elements as expressions.</summary>
    public static Value Constant(string name, Tensor tensor, WeightScales? scales = null) =>
        new(name, new TensorType(tensor.Type, [.. tensor.Shape.Select(IntExpr.Constant)]))
    {
        Constant = tensor,
        Scales = scales,
        Integers = tensor.Type is ElementType.I64 or ElementType.I32 or ElementType.Bool && tensor.Rank <= 1
            && tensor.Length <= 64 ? [.. tensor.ToInt64().Select(IntExpr.Constant)] : null,
    };

    public static Value Constant(string name, ReadOnlySpan<float> elements, params IReadOnlyList<long> shape) =>
        Constant(name, Tensor.Create(elements, shape));

    /// <summary>An integer value of at most one dimension that depends on shapes only; a constant when no element holds a symbol.</summary>
    public static Value Integers(string name, IReadOnlyList<IntExpr> elements, bool scalar = false, ElementType type = ElementType.I64)
    {
        if (elements.All(e => e.IsConstant))
        {
            long[] shape = scalar ? [] : [elements.Count];
            return Constant(name, type == ElementType.I32
                ? Tensor.Create<int>(type, [.. elements.Select(e => checked((int)e.Value))], shape)
                : Tensor.Create([.. elements.Select(e => e.Value)], shape));
        }

        return new Value(name, new TensorType(type, scalar ? [] : [elements.Count])) { Integers = elements };
    }

    /// <summary>Adds a node with one output and returns that output, or the folded constant.</summary>
    /// <param name="name">Name of the node; made unique by a suffix.</param>
    public Value Add(string name, Op op, params IReadOnlyList<Value?> inputs) => AddAll(name, op, inputs, [name])[0];

    /// <summary>Adds a node and returns its outputs, or the folded constants.</summary>
    /// <exception cref="ShapeException">The inputs do not fit the operation, or an output is too large.</exception>
    public IReadOnlyList<Value> AddAll(string name, Op op, IReadOnlyList<Value?> inputs, IReadOnlyList<string> outputNames)
    {
        TensorType?[] given = [.. inputs.Select(i => i?.Type)];
        var types = op.Infer(given);
        EqualSizes.Require(op, given, types);
        foreach (var type in types)
        {
            type.RequireSize();
        }

        string Name(int output) => output < outputNames.Count ? outputNames[output] : $"{name}:{output}";
        if (Folded(op, inputs, types) is { } folded)
        {
            return [.. folded.Select((tensor, i) => Constant(Name(i), tensor, op.ScalesOf(inputs)))];
        }

        if (Expressions(op, inputs, types) is { } elements)
        {
            return [Integers(Name(0), elements, types[0].Rank == 0, types[0].Element)];
        }

        if (inputs.Count > 0 && inputs.All(i => i?.Integers is not null) && op.Decide([.. inputs.OfType<Value>()]) is { } decided)
        {
            return [Constant(Name(0), decided)];
        }

        inputs = [.. inputs.Select(i => i is null ? null : Data(i))];
        var outputs = types.Select((type, i) => new Value(Name(i), type)).ToArray();
        var node = new Node(Unique(name), op, inputs, outputs);
        foreach (var output in outputs)
        {
            output.Producer = node;
        }

        _nodes.Add(node);
        return outputs;
    }

    /// <summary>The value as data: integers that depend on symbols are written by a node of their own, once.</summary>
    public Value Data(Value value)
    {
        if (value is not { Integers: { } elements, Constant: null })
        {
            return value;
        }

        if (!_data.TryGetValue(value, out var data))
        {
            data = new Value(value.Name, value.Type);
            data.Producer = new Node(Unique(value.Name), new Ops.Dimensions(elements, value.Type.Element, value.Rank == 0), [], [data]);
            _nodes.Add(data.Producer);
            _data[value] = data;
        }

        return data;
    }

    /// <summary>Finishes the graph; nodes that no output depends on are dropped.</summary>
    public Graph Build(IReadOnlyList<Value> outputs, IReadOnlyList<SymbolicDimension> symbols)
    {
        var needed = outputs.ToHashSet();
        var counts = outputs.SelectMany(o => o.Shape).SelectMany(d => d.Symbols).ToHashSet();
        var nodes = new List<Node>();
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            if (node.Outputs.Any(needed.Contains) || node.Op.Counts.Any(counts.Contains))
            {
                nodes.Add(node);
                needed.UnionWith(node.Inputs.OfType<Value>());
                counts.UnionWith(node.Outputs.SelectMany(o => o.Shape).Concat(node.Op.ReadSizes).SelectMany(d => d.Symbols));
            }
        }

        nodes.Reverse();
        var counted = nodes.SelectMany(n => n.Op.Counts).ToList();
        return new Graph(_inputs, outputs, nodes,
            [.. symbols.Where(s => s.Bound is null), .. counted.Select(c => symbols.First(s => s.Identifier == c))]);
    }

    /// <summary>The elements of the only output as expressions over the symbols, when the operation computes with shapes.</summary>
    private static IReadOnlyList<IntExpr>? Expressions(Op op, IReadOnlyList<Value?> inputs, IReadOnlyList<TensorType> types) =>
        types is [{ Element: ElementType.I64 or ElementType.I32, Rank: <= 1, IsStatic: true }] && inputs.All(i => i?.Integers is not null)
        && inputs.Any(i => i!.Constant is null) ? op.EvaluateIntegers([.. inputs.OfType<Value>()]) : null;

    /// <summary>
    /// The outputs as constants; null where an input is data, or where the room for what is computed is used up: then the node stays.
    /// </summary>
    private IReadOnlyList<Tensor>? Folded(Op op, IReadOnlyList<Value?> inputs, IReadOnlyList<TensorType> types)
    {
        if (!inputs.All(i => i is null || i.Constant is not null) || !types.All(t => t.IsStatic))
        {
            return null;
        }

        long largestInput = inputs.Select(i => i?.Constant!.Length ?? 0).DefaultIfEmpty(0).Max();
        if (!types.All(t => _folding.Fits(t.Element, t.Length.Value, largestInput))
            || op.Evaluate([.. inputs.Select(i => i?.Constant)]) is not { } folded)
        {
            return null;
        }

        foreach (var tensor in folded)
        {
            _folding.Take(tensor);
        }

        return folded;
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        return unique;
    }
}
