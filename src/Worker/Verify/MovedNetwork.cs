using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Selection;
using MixPrec.Plan;

namespace MixPrec.Worker.Verify;

/// <summary>What the elements of a rounded result are multiplied by: an input of a moved network.</summary>
/// <param name="Most">The largest move, in steps of <see cref="MovedNetwork.Step"/>.</param>
internal sealed record MovedResult(long[] Shape, int Most)
{
    public Tensor Factors(Random random) =>
        Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(Shape))
            .Select(_ => 1 + ((random.Next(2) == 0 ? Most : -Most) * MovedNetwork.Step))], Shape);
}

/// <summary>A network again, as another correct implementation may run it.</summary>
/// <param name="Graph">Its inputs are those of the network, then one for each of <paramref name="Results"/>: it is compiled once, whatever
/// the signs.</param>
internal sealed record MovedNetwork(Graph Graph, IReadOnlyList<MovedResult> Results)
{
    /// <summary>The spacing of fp32 numbers from 1 to 2.</summary>
    public const float Step = 1f / (1 << 23);

    /// <summary>Most factors of a value; what is larger shares them along its first axes.</summary>
    private const long MostFactors = 1 << 16;

    /// <summary>Terms counted for a sum whose length is a symbolic dimension.</summary>
    private const long SymbolicDepth = 64;

    /// <summary>
    /// Every result that implementations round differently is multiplied by 1 ± m·2⁻²³, signs at random: sums in another order, another
    /// polynomial. m is 1, and for a product of depth k half of √k: errors of sums are random in sign and add like √k.
    /// </summary>
    public static MovedNetwork WithOtherRounding(Graph graph)
    {
        var results = new List<MovedResult>();
        var whole = WholeNumbers(graph);
        var moved = Copied(graph, (builder, node, output) =>
        {
            if (output.Type.Element != ElementType.F32 || whole.Contains(node) || !(IsRounded(node.Op) || IsDequantization(node)))
            {
                return output;
            }

            results.Add(new(FactorShape(output.Shape), Most(node)));
            var factors = builder.AddInput($"{node.Name}/factors",
                new TensorType(ElementType.F32, [.. results[^1].Shape.Select(IntExpr.Constant)]));
            return builder.Add($"{node.Name}/moved", new Binary(BinaryKind.Mul), output, factors);
        });
        return new(moved, results);
    }

    /// <summary>
    /// Values that the network stores in 16 bits between two operations on fp32 numbers stay fp32, as runtimes keep them that compute in
    /// fp32 and take pairs of conversions out; null where there are none.
    /// </summary>
    public static Graph? WithoutNarrowStorage(Graph graph)
    {
        var narrow = graph.Nodes.Where(n => n.Op is Cast { To: ElementType.F32 }
            && n.Input(0).Producer is { Op: Cast { To: ElementType.F16 or ElementType.BF16 } } stored
            && stored.Input(0).Type.Element == ElementType.F32).ToDictionary(n => n.Output, n => n.Input(0).Producer!.Input(0));
        return narrow.Count == 0 ? null : Copied(graph, (_, _, output) => output, narrow);
    }

    private static Graph Copied(Graph graph, Func<GraphBuilder, Node, Value, Value> finish,
        IReadOnlyDictionary<Value, Value>? replaced = null)
    {
        var builder = new GraphBuilder();
        var values = new Dictionary<Value, Value>();
        foreach (var input in graph.Inputs)
        {
            builder.AddInput(input);
        }

        Value Of(Value value) => values.GetValueOrDefault(value, value);
        foreach (var node in graph.Nodes)
        {
            var outputs = builder.AddAll(node.Name, node.Op, [.. node.Inputs.Select(i => i is null ? null : Of(i))],
                [.. node.Outputs.Select(o => o.Name)]);
            for (int i = 0; i < outputs.Count; i++)
            {
                var original = node.Outputs[i];
                values[original] = replaced is not null && replaced.TryGetValue(original, out var instead) ? Of(instead)
                    : finish(builder, node, outputs[i]);
            }
        }

        // An output is a value of its own, which no other output and no input is.
        var taken = new HashSet<Value>(graph.Inputs);
        return builder.Build([.. graph.Outputs.Select(o => Of(o) is var v
            && taken.Add(v) ? v : builder.Add(o.Name, new Reshape(v.Shape), v))], graph.Symbols);
    }

    private static long[] FactorShape(IReadOnlyList<IntExpr> shape)
    {
        long elements = 1;
        int first = shape.Count;
        while (first > 0 && shape[first - 1] is { IsConstant: true, Value: > 0 and var size } && elements * size <= MostFactors)
        {
            elements *= size;
            first--;
        }

        return [.. shape.Skip(first).Select(d => d.Value)];
    }

    /// <summary>Products of quantized values: they become integers at once, and every implementation has the same ones.</summary>
    private static HashSet<Node> WholeNumbers(Graph graph)
    {
        var readers = graph.Nodes.SelectMany(n => n.Inputs.OfType<Value>().Select(i => (Value: i, Reader: n)))
            .ToLookup(r => r.Value, r => r.Reader);
        return [.. graph.Nodes.Where(n => n.Op is MatMul or Conv && !graph.Outputs.Contains(n.Output)
            && readers[n.Output].All(r => r.Op is Cast cast && !cast.To.IsFloat()))];
    }

    /// <summary>
    /// Integers times their scale, and the sum with a bias behind it: implementations multiply by several scales in any order, or round
    /// product and sum once.
    /// </summary>
    private static bool IsDequantization(Node node) => node.Op switch
    {
        Binary { Function: BinaryKind.Mul } =>
            node.Inputs.Any(i => i?.Producer is { Op: Cast { To: ElementType.F32 } } cast && !cast.Input(0).Type.Element.IsFloat()),
        Binary { Function: BinaryKind.Add } =>
            node.Inputs.Any(i => i?.Producer is { Op: Binary { Function: BinaryKind.Mul } } product && IsDequantization(product)),
        _ => false,
    };

    private static int Most(Node node) => node.Op is MatMul or Conv
        && (OpCost.Depth(node) is { IsConstant: true } depth ? depth.Value : SymbolicDepth) is var k
        ? Math.Max(1, (int)Math.Round(Math.Sqrt(k) / 2)) : 1;

    private static bool IsRounded(Op op) => op switch
    {
        Unary unary => unary.Function.Kind
            is not (UnaryKind.Neg or UnaryKind.Relu or UnaryKind.LeakyRelu or UnaryKind.Clip or UnaryKind.Abs or UnaryKind.Ceil
            or UnaryKind.Floor
            or UnaryKind.Round or UnaryKind.Sign or UnaryKind.ThresholdedRelu),
        Reduce reduce => reduce.Function is not (ReduceKind.Max or ReduceKind.Min),
        MatMul or Conv or DeformConv or Recurrence or Loop or Softmax or Normalize or Pool or CumSum or GridSample or Resample
            or RoiAlign => true,
        Binary binary => binary.Function == BinaryKind.Pow,
        _ => false,
    };
}
