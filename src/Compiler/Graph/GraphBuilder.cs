using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Builds a graph node by node: infers shapes, folds constants, gives nodes unique names and drops what no output needs.</summary>
internal sealed class GraphBuilder
{
    /// <summary>
    /// Results of folding larger than this (elements), and than what they are made of, stay nodes, so that an Expand of a constant does not fill the weights
    /// and a transposed matrix of any size is a constant again.
    /// </summary>
    private const long LargestFoldedResult = 1 << 24;

    private readonly List<Value> _inputs = [];
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<Value, Value> _data = [];

    /// <summary>The nodes added so far, also those that no output will need.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    public Value AddInput(string name, TensorType type)
    {
        var value = new Value(name, type);
        _inputs.Add(value);
        return value;
    }

    public void AddInput(Value value) => _inputs.Add(value);

    /// <summary>A constant; small integer vectors also carry their elements as expressions.</summary>
    public static Value Constant(string name, Tensor tensor, WeightGrid? grid = null) => new(name, new TensorType(tensor.Type, [.. tensor.Shape.Select(IntExpr.Constant)]))
    {
        Constant = tensor,
        Grid = grid,
        Integers = tensor.Type is ElementType.I64 or ElementType.I32 or ElementType.Bool && tensor.Rank <= 1 && tensor.Length <= 64 ? [.. tensor.ToInt64().Select(IntExpr.Constant)] : null,
    };

    public static Value Constant(string name, ReadOnlySpan<float> elements, params IReadOnlyList<long> shape) => Constant(name, Tensor.Of(elements, shape));

    /// <summary>An integer value of at most one dimension that depends on shapes only; a constant when no element holds a symbol.</summary>
    public static Value Integers(string name, IReadOnlyList<IntExpr> elements, bool scalar = false, ElementType type = ElementType.I64)
    {
        if (elements.All(e => e.IsConstant))
        {
            long[] shape = scalar ? [] : [elements.Count];
            return Constant(name, type == ElementType.I32
                ? Tensor.Of<int>(type, [.. elements.Select(e => checked((int)e.Value))], shape)
                : Tensor.Of([.. elements.Select(e => e.Value)], shape));
        }

        return new Value(name, new TensorType(type, scalar ? [] : [elements.Count])) { Integers = elements };
    }

    /// <summary>Adds a node with one output and returns that output, or the folded constant.</summary>
    /// <param name="name">Name of the node; made unique by a suffix.</param>
    public Value Add(string name, Op op, params IReadOnlyList<Value?> inputs) => AddAll(name, op, inputs, [name])[0];

    /// <summary>Adds a node and returns its outputs, or the folded constants.</summary>
    /// <exception cref="ShapeException">The inputs do not fit the operation.</exception>
    public IReadOnlyList<Value> AddAll(string name, Op op, IReadOnlyList<Value?> inputs, IReadOnlyList<string> outputNames)
    {
        var types = op.Infer([.. inputs.Select(i => i?.Type)]);
        string Name(int output) => output < outputNames.Count ? outputNames[output] : $"{name}:{output}";
        if (inputs.All(i => i is null || i.Constant is not null) && types.All(t => t.IsStatic && FitsFolded(t, inputs))
            && op.Evaluate([.. inputs.Select(i => i?.Constant)]) is { } folded)
        {
            return [.. folded.Select((tensor, i) => Constant(Name(i), tensor, op.Grid(inputs)))];
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
        return new Graph(_inputs, outputs, nodes, [.. symbols.Where(s => s.Bound is null), .. counted.Select(c => symbols.First(s => s.Identifier == c))]);
    }

    /// <summary>The elements of the only output as expressions over the symbols, when the operation computes with shapes.</summary>
    private static IReadOnlyList<IntExpr>? Expressions(Op op, IReadOnlyList<Value?> inputs, IReadOnlyList<TensorType> types) =>
        types is [{ Element: ElementType.I64 or ElementType.I32, Rank: <= 1, IsStatic: true }] && inputs.All(i => i?.Integers is not null)
        && inputs.Any(i => i!.Constant is null) ? op.EvaluateIntegers([.. inputs.OfType<Value>()]) : null;

    private static bool FitsFolded(TensorType type, IReadOnlyList<Value?> inputs) =>
        type.Length.Value <= inputs.Select(i => i?.Type.Length.Value ?? 0).Append(LargestFoldedResult).Max() && type.Length.Value * type.Element.Size() <= Array.MaxLength;

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
