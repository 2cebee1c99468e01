using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using static MixPrec.Compiler.ErrorReduction.ScaleVariables;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// Which factors the channels of each value can be divided by without a change of what a network computes: constants of the layers that
/// write and read it take them. Between layers stands what is linear in each channel, or homogeneous (f(a·x) = a·f(x) for a &gt; 0); sums
/// have one factor for both terms, products of two activations inverse ones along the axis that is added up. Whatever is not known here
/// has the factor 1.
/// </summary>
internal sealed class ChannelAnalysis
{
    /// <summary>Labels of one value; what would have more is left as it is.</summary>
    public const long MostLabels = 1 << 14;

    private readonly Func<Node, bool> _takes;
    private readonly ScaleVariables _variables = new();
    private readonly Dictionary<Value, ChannelLabels> _labels = [];

    // Of sums of squares that a root alone reads, by what the root of each is divided.
    private readonly Dictionary<Value, ChannelLabels> _roots = [];
    private readonly Graph _graph;

    /// <param name="takes">Whether the constants of a node may be changed; null for all that take factors.</param>
    public ChannelAnalysis(Graph graph, Func<Node, bool>? takes = null)
    {
        (_graph, _takes) = (graph, takes ?? (_ => true));
        foreach (var node in graph.Nodes)
        {
            var labels = node.Outputs.Count == 1 ? Visit(node) : null;
            if (labels is null || labels.Literals.Length > MostLabels)
            {
                Pin(node.Inputs);
                labels = null;
            }

            foreach (var output in node.Outputs)
            {
                _labels[output] = labels ?? ChannelLabels.One(output.Rank);
            }
        }

        Pin(graph.Outputs);
    }

    /// <summary>What elements of a value are divided by; see <see cref="Find"/> for which of the literals are equal.</summary>
    public ChannelLabels Of(Value value) => _labels.GetValueOrDefault(value) ?? ChannelLabels.One(value.Rank);

    /// <summary>The literal that stands for all equal ones.</summary>
    public int Find(int literal) => _variables.Find(literal);

    /// <summary>Whether the constants of this node take factors here.</summary>
    public bool Takes(Node node) => IsScalable(node) && _takes(node);

    /// <summary>A layer or a normalization whose constants take factors.</summary>
    public static bool IsScalable(Node node) => node.Op is Normalize
        ? node.Inputs.Skip(1).All(i => i is null or { Constant.Type: ElementType.F32 })
        : node.Op is Binary ? MultipliedAxis(node) >= 0
        : node.HasConstantWeights() && node.Input(1).Scales is null && node.InputOrNull(2) is null or { Constant.Type: ElementType.F32 }
            && ModelQuantization.OfActivations(node) is null && node.Input(0).Constant is null;

    /// <summary>
    /// The axis along which a value is multiplied by constants, one for each place: a window before a Fourier transform for example. −1 for
    /// other operations.
    /// </summary>
    public static int MultipliedAxis(Node node)
    {
        if (node.Op is not Binary { Function: BinaryKind.Mul } || node.Output.Type.Element != ElementType.F32
            || node.Inputs.Count(i => i!.Constant is not null) != 1)
        {
            return -1;
        }

        var constant = node.Inputs.Single(i => i!.Constant is not null)!;
        var x = node.Inputs.Single(i => i!.Constant is null)!;
        int added = node.Output.Rank - constant.Rank;
        int[] varying = [.. Enumerable.Range(0, constant.Rank).Where(d => constant.Shape[d] != IntExpr.One)];
        return varying is [var axis] && x.Rank == node.Output.Rank && x.Shape[axis + added] == constant.Shape[axis]
            && constant.Shape[axis].Value <= MostLabels ? axis + added : -1;
    }

    private static bool IsHomogeneous(UnaryFunction? function) =>
        function is null or { Kind: UnaryKind.Relu or UnaryKind.LeakyRelu or UnaryKind.Abs or UnaryKind.Neg };

    /// <summary>Labels of the output; null where nothing is known.</summary>
    private ChannelLabels? Visit(Node node) => node.Op switch
    {
        Conv conv when Takes(node) => Scaled(node, 1, node.OutputChannels(), conv.Activation),
        MatMul product when Takes(node) => Scaled(node, node.Output.Rank - 1, node.OutputChannels(), product.Activation),
        MatMul product when node.MultipliesActivations() => Product(node, product),
        Normalize normalize when Takes(node) => Normalized(node, normalize),
        Unary { Function.Kind: UnaryKind.Sqrt } when _roots.TryGetValue(node.Input(0), out var root) => root,
        Binary when node.Output.Squared() is { Constant: null } root && LeadsToRoot(node.Output) => Squared(node.Output, Of(root)),
        Binary when node.Inputs.All(i => _roots.ContainsKey(i!)) => Added(node),
        Binary when Takes(node) && Multiplied(node) is { } labels => labels,
        Unary unary when IsHomogeneous(unary.Function) => Of(node.Input(0)),
        Binary binary => Combined(node, binary.Function),
        Pool => Unless(node, d => d > 1),
        Pad { Mode: PadMode.Constant } pad when node.InputOrNull(1) is null => Unless(node, d => pad.Before[d] != 0 || pad.After[d] != 0),
        Resample resample => Unless(node, d => d == resample.Axis),
        Slice slice => MovedLabels.Sliced(Of(node.Input(0)), slice),
        Concat concat => MovedLabels.Joined([.. node.Inputs.Select(i => Of(i!))], node, concat.Axis),
        Transpose transpose => Of(node.Input(0)).Transpose(transpose.Permutation),
        Reshape => MovedLabels.Reshaped(Of(node.Input(0)), node.Input(0).Shape, node.Output.Shape),
        Reduce { Function: not ReduceKind.Prod } reduce => Reduced(node, reduce),
        _ => null,
    };

    /// <summary>The labels of the first input, where it has none along some axes.</summary>
    private ChannelLabels? Unless(Node node, Func<int, bool> refused)
    {
        var labels = Of(node.Input(0));
        return Enumerable.Range(0, labels.Rank).Any(d => labels.Varies(d) && refused(d)) ? null : labels;
    }

    /// <summary>A layer: its input may have factors along the axis that it adds up, its output has factors of its own.</summary>
    private ChannelLabels? Scaled(Node node, int axis, int channels, UnaryFunction? activation)
    {
        var x = Of(node.Input(0));
        if (Enumerable.Range(0, x.Rank).Any(d => d != axis && x.Varies(d)))
        {
            Pin([node.Input(0)]);
        }

        return IsHomogeneous(activation) && activation?.Kind is not (UnaryKind.Abs or UnaryKind.Neg)
            ? ChannelLabels.Along(node.Output.Rank, axis, _variables.Add(channels)) : ChannelLabels.One(node.Output.Rank);
    }

    private ChannelLabels? Normalized(Node node, Normalize normalize)
    {
        Pin([node.Input(0)]);
        return normalize.Axis == node.Output.Rank - 1 && node.Output.Shape[^1].Value <= MostLabels
            ? ChannelLabels.Along(node.Output.Rank, normalize.Axis, _variables.Add(checked((int)node.Output.Shape[^1].Value)))
            : ChannelLabels.One(node.Output.Rank);
    }

    /// <summary>Σ over k of a[m, k]·b[k, n].</summary>
    private ChannelLabels? Product(Node node, MatMul product)
    {
        var (a, b) = (Of(node.Input(0)), Of(node.Input(1)));
        if (a.Varies(a.Rank - 1) || b.Varies(b.Rank - 2))
        {
            if (a.Varies(a.Rank - 2) || b.Varies(b.Rank - 1))
            {
                return null;
            }

            // Along the axis that is added up the factors cancel.
            var right = b.Transpose([.. Enumerable.Range(0, b.Rank - 2), b.Rank - 1, b.Rank - 2]);
            return Unite(a, right with { Literals = [.. right.Literals.Select(Inverse)] }) ? ChannelLabels.One(node.Output.Rank) : null;
        }

        // One of both may have others.
        if (a.Literals.Any(l => Find(l) != One))
        {
            Pin(a);
        }

        int rank = node.Output.Rank;
        var labels = new ChannelLabels([.. Enumerable.Repeat(1, rank - b.Rank), .. b.Shape], b.Literals);
        return node.InputOrNull(2) is null && IsHomogeneous(product.Activation) ? labels : null;
    }

    private ChannelLabels Squared(Value square, ChannelLabels root)
    {
        _roots[square] = root;
        return ChannelLabels.One(square.Rank);
    }

    /// <summary>√(a² + b²) is homogeneous in both.</summary>
    private ChannelLabels Added(Node node)
    {
        var (a, b) = (_roots[node.Input(0)], _roots[node.Input(1)]);
        if (!Unite(a, b))
        {
            Pin(a);
            Pin(b);
        }

        return Squared(node.Output, Larger(a, b));
    }

    private bool LeadsToRoot(Value square) => _graph.HasOneUse(square) && _graph.ConsumersOf(square)[0] switch
    {
        { Op: Unary { Function.Kind: UnaryKind.Sqrt } } => true,
        { Op: Binary { Function: BinaryKind.Add } } sum => sum.Inputs.All(i => IsSumOfSquares(i!)) && LeadsToRoot(sum.Output),
        _ => false,
    };

    private bool IsSumOfSquares(Value value) => _graph.HasOneUse(value) && (value.Squared() is { Constant: null }
        || (value.Operands(BinaryKind.Add) is var (left, right) && IsSumOfSquares(left) && IsSumOfSquares(right)));

    /// <summary>Constants along an axis take the factors of that axis; null where the value has others.</summary>
    private ChannelLabels? Multiplied(Node node)
    {
        int axis = MultipliedAxis(node);
        var x = Of(node.Inputs.Single(i => i!.Constant is null)!);
        return Enumerable.Range(0, x.Rank).Any(d => d != axis && x.Varies(d)) ? null
            : ChannelLabels.Along(x.Rank, axis, _variables.Add((int)node.Output.Shape[axis].Value));
    }

    private ChannelLabels? Combined(Node node, BinaryKind function)
    {
        var (left, right) = (node.Input(0), node.Input(1));
        bool constant = left.Constant is not null || right.Constant is not null;
        var (a, b) = (Widened(Of(left), node.Output.Rank), Widened(Of(right), node.Output.Rank));
        switch (function)
        {
            case BinaryKind.Add or BinaryKind.Sub or BinaryKind.Max or BinaryKind.Min when !constant:
                return Unite(a, b) ? Larger(a, b) : null;
            case BinaryKind.Mul or BinaryKind.PRelu when function == BinaryKind.Mul || right.Constant is not null:
                return b.Literals.All(l => Find(l) == One) ? a : a.Literals.All(l => Find(l) == One) ? b : null;
            case BinaryKind.Div:
                return b.Literals.All(l => Find(l) == One) ? a : null;
            default:
                return null;
        }
    }

    private ChannelLabels? Reduced(Node node, Reduce reduce) =>
        Unless(node, reduce.Axes.Contains) is not { } labels ? null
        : reduce.KeepDimensions ? labels
        : labels with { Shape = [.. labels.Shape.Where((_, d) => !reduce.Axes.Contains(d))] };

    private static ChannelLabels Widened(ChannelLabels labels, int rank) => labels.Rank == rank ? labels
        : labels with { Shape = [.. Enumerable.Repeat(1, rank - labels.Rank), .. labels.Shape] };

    /// <summary>Those of two values that have been made equal.</summary>
    private static ChannelLabels Larger(ChannelLabels a, ChannelLabels b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var (left, right) = (Widened(a, rank), Widened(b, rank));
        return ChannelLabels.Create([.. left.Shape.Zip(right.Shape, Math.Max)], left.At);
    }

    /// <summary>Makes both equal at every place; false where they have too many.</summary>
    private bool Unite(ChannelLabels a, ChannelLabels b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var (left, right) = (Widened(a, rank), Widened(b, rank));
        int[] shape = [.. left.Shape.Zip(right.Shape, Math.Max)];
        if (shape.Aggregate(1L, (p, d) => p * d) > MostLabels)
        {
            return false;
        }

        ChannelLabels.Create(shape, at =>
        {
            _variables.Unite(left.At(at), right.At(at));
            return One;
        });
        return true;
    }

    private void Pin(IEnumerable<Value?> values)
    {
        foreach (var value in values.OfType<Value>().Where(_labels.ContainsKey))
        {
            Pin(_labels[value]);
        }
    }

    private void Pin(ChannelLabels labels)
    {
        foreach (int literal in labels.Literals)
        {
            _variables.Unite(literal, One);
        }
    }
}
