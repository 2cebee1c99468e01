using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Selection;
using MixPrec.Plan;

namespace MixPrec.Worker.Verify;

/// <summary>A network again, as another correct implementation may run it.</summary>
internal static class MovedNetwork
{
    /// <summary>The spacing of fp32 numbers from 1 to 2.</summary>
    public const float Step = 1f / (1 << 23);

    /// <summary>Elements of a constant that moves the elements of a value one by one; what is larger shares them along its first axes.</summary>
    private const long LargestPattern = 1 << 16;

    /// <summary>Terms counted for a sum whose length is a symbolic dimension.</summary>
    private const long SymbolicDepth = 64;

    /// <summary>
    /// Every result that implementations round differently is multiplied by 1 ± m·2⁻²³, signs at random: sums in another order, another polynomial. m is 1, and for
    /// a product of depth k half of √k: errors of sums are random in sign and add like √k.
    /// </summary>
    public static Graph WithOtherRounding(Graph graph, Random random) => Copied(graph, (builder, node, output) =>
        IsRounded(node.Op) && output.Type.Element == ElementType.F32
            ? builder.Add($"{node.Name}/moved", new Binary(BinaryKind.Mul), output, Pattern($"{node.Name}/pattern", output.Shape, Most(node), random)) : output);

    /// <summary>
    /// Values that the network stores in 16 bits between two operations on fp32 numbers stay fp32, as runtimes keep them that compute in fp32 and take pairs of
    /// conversions out; null where there are none.
    /// </summary>
    public static Graph? WithoutNarrowStorage(Graph graph)
    {
        var narrow = graph.Nodes.Where(n => n.Op is Cast { To: ElementType.F32 } && n.Input(0).Producer is { Op: Cast { To: ElementType.F16 or ElementType.BF16 } } stored
            && stored.Input(0).Type.Element == ElementType.F32).ToDictionary(n => n.Output, n => n.Input(0).Producer!.Input(0));
        return narrow.Count == 0 ? null : Copied(graph, (_, _, output) => output, narrow);
    }

    private static Graph Copied(Graph graph, Func<GraphBuilder, Node, Value, Value> finish, IReadOnlyDictionary<Value, Value>? replaced = null)
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
            var outputs = builder.AddAll(node.Name, node.Op, [.. node.Inputs.Select(i => i is null ? null : Of(i))], [.. node.Outputs.Select(o => o.Name)]);
            for (int i = 0; i < outputs.Count; i++)
            {
                var original = node.Outputs[i];
                values[original] = replaced is not null && replaced.TryGetValue(original, out var instead) ? Of(instead) : finish(builder, node, outputs[i]);
            }
        }

        // An output is a value of its own, which no other output and no input is.
        var taken = new HashSet<Value>(graph.Inputs);
        return builder.Build([.. graph.Outputs.Select(o => Of(o) is var v && taken.Add(v) ? v : builder.Add(o.Name, new Reshape(v.Shape), v))], graph.Symbols);
    }

    private static Value Pattern(string name, IReadOnlyList<IntExpr> shape, int most, Random random)
    {
        long elements = 1;
        int first = shape.Count;
        while (first > 0 && shape[first - 1] is { IsConstant: true, Value: > 0 and var size } && elements * size <= LargestPattern)
        {
            elements *= size;
            first--;
        }

        float[] factors = [.. Enumerable.Range(0, (int)elements).Select(_ => 1 + ((random.Next(2) == 0 ? most : -most) * Step))];
        return GraphBuilder.Constant(name, Tensor.Of(factors, [.. shape.Skip(first).Select(d => d.Value)]));
    }

    private static int Most(Node node) => node.Op is MatMul or Conv && (OpCost.Depth(node) is { IsConstant: true } depth ? depth.Value : SymbolicDepth) is var k
        ? Math.Max(1, (int)Math.Round(Math.Sqrt(k) / 2)) : 1;

    private static bool IsRounded(Op op) => op switch
    {
        Unary unary => unary.Function.Kind is not (UnaryKind.Neg or UnaryKind.Relu or UnaryKind.LeakyRelu or UnaryKind.Clip or UnaryKind.Abs or UnaryKind.Ceil or UnaryKind.Floor
            or UnaryKind.Round or UnaryKind.Sign or UnaryKind.ThresholdedRelu),
        Reduce reduce => reduce.Function is not (ReduceKind.Max or ReduceKind.Min),
        MatMul or Conv or DeformConv or Recurrence or Loop or Softmax or Normalize or Pool or CumSum or GridSample or Resample or RoiAlign => true,
        Binary binary => binary.Function == BinaryKind.Pow,
        _ => false,
    };
}
