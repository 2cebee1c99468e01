using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// Runs a graph node by node on <see cref="Bounded"/> tensors: the truth that emitted code is compared with, and how near it has to be.
/// </summary>
internal sealed class BoundedInterpreter(Graph graph, PrecisionAssignment precisions, RangeTable ranges)
{
    /// <summary>What each product reads, for ranges.</summary>
    public Dictionary<string, ActivationRange> Seen { get; } = [];

    /// <summary>The same for right-hand sides.</summary>
    public Dictionary<string, ActivationRange> SeenRhs { get; } = [];

    public IReadOnlyList<Bounded> Run(IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, long> symbols)
    {
        var values = graph.Inputs.Zip(inputs).ToDictionary(p => p.First, p => Bounded.Exactly(p.Second));
        Bounded Of(Value value) => value.Constant is { } constant ? Bounded.Exactly(constant) : values[value];
        foreach (var node in graph.Nodes)
        {
            Bounded[] operands = [.. node.Inputs.OfType<Value>().Select(Of)];
            values[node.Output] = Evaluate(node, operands, node.Output.Type.ShapeAt(symbols), symbols);
        }

        return [.. graph.Outputs.Select(Of)];
    }

    private Bounded Evaluate(Node node, Bounded[] inputs, long[] shape, IReadOnlyDictionary<string, long> symbols) => node.Op switch
    {
        Conv conv => BoundedFunctions.Apply(conv.Activation,
            BoundedProducts.Conv(node, conv, Lhs(node, inputs[0]), inputs[1], inputs.ElementAtOrDefault(2), precisions[node],
            Grid(node), shape)),
        MatMul product => BoundedFunctions.Apply(product.Activation,
            BoundedProducts.MatMul(Lhs(node, inputs[0]), Rhs(node, inputs[1]), inputs.ElementAtOrDefault(2), precisions[node], Grid(node),
            RhsScale(node), IsFlattened(node.Input(0)), shape, product.Activation)),
        Unary unary => BoundedFunctions.Apply(unary.Function, inputs[0]),
        Binary binary => BoundedFunctions.Apply(binary.Function, inputs[0], inputs[1], shape),
        Softmax softmax => BoundedReductions.Softmax(softmax, inputs[0]),
        Reduce reduce => BoundedReductions.Reduce(reduce, inputs[0], shape),
        Pool pool => BoundedReductions.Pool(pool, inputs[0], shape),
        Pad pad => BoundedReductions.Padded(pad, inputs[0], inputs.Length > 1 ? inputs[1].Values[0] : 0, shape),
        Reshape => new(inputs[0].Value.Reshape(shape), inputs[0].Bound.Reshape(shape)),
        Slice slice => Bounded.Moved((slice with { Starts = At(slice.Starts, symbols),
            Sizes = At(slice.Sizes, symbols) }).Evaluate, inputs),
        Expand expand => Bounded.Moved((expand with { Shape = At(expand.Shape, symbols) }).Evaluate, inputs),
        Transpose or Concat => Bounded.Moved(node.Op.Evaluate, inputs),
        _ => throw new NotSupportedException(node.Op.Kind),
    };

    private static IReadOnlyList<Plan.IntExpr> At(IReadOnlyList<Plan.IntExpr> sizes, IReadOnlyDictionary<string, long> symbols) =>
        [.. sizes.Select(s => Plan.IntExpr.Constant(s.Evaluate(symbols)))];

    /// <summary>A flattened image may be read channels last.</summary>
    private static bool IsFlattened(Value value) => value.Producer is { Op: Reshape } reshape && reshape.Input(0).Rank > 2;

    private QuantizationParameters? Grid(Node node) => precisions[node] is { QuantizesActivations: true } precision ? ranges[node]
        .Unsigned(precision.Activations.Maximum) : null;

    private float? RhsScale(Node node) => node.MultipliesActivations()
        && precisions[node].QuantizesActivations ? ranges.Rhs(node).Symmetric(127).Scale : null;

    private Bounded Lhs(Node node, Bounded x)
    {
        Seen[node.Name] = Range(x);
        return x;
    }

    private Bounded Rhs(Node node, Bounded x)
    {
        SeenRhs[node.Name] = Range(x);
        return x;
    }

    private static ActivationRange Range(Bounded x)
    {
        float lowest = 0, highest = 0;
        foreach (float value in x.Values)
        {
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        return new ActivationRange(lowest, highest);
    }
}
