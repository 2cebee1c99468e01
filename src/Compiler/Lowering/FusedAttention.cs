using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using Location = MixPrec.Plan.PlanArgument.Location;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;
using Rows = MixPrec.Runtime.Kernels.Attention;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// softmax(query · key + mask) · value in one step: scores lie in a cache, and operands and result where transposes would have copied
/// them from and to. The numbers are the same, in the precisions of both products.
/// </summary>
/// <param name="Scores">The product of queries and keys.</param>
/// <param name="Between">What lies between the products: a sum with the mask, the softmax.</param>
/// <param name="Mask">What is added to the scores; null for nothing.</param>
/// <param name="Mixed">The product with the values.</param>
/// <param name="Reordered">The transpose that alone reads the result; null where there is none.</param>
internal sealed record FusedAttention(Node Scores, IReadOnlyList<Node> Between, Value? Mask, Node Mixed, Node? Reordered)
{
    private Value Query => Scores.Input(0);

    private Value Key => Scores.Input(1);

    private Value Value => Mixed.Input(1);

    /// <summary>Those of the graph whose scores are read by nobody else. With a cache keys grow, and one row has nothing to keep.</summary>
    public static IReadOnlyList<FusedAttention> FindAll(LoweringContext context) =>
        context.ChecksFinite || context.HasCache ? []
            : [.. context.Graph.Nodes.Select(node => Find(node, context.Graph)).OfType<FusedAttention>()];

    /// <summary>Steps that the attention replaces, its last product apart.</summary>
    public IEnumerable<Node> Others => [Scores, .. Between, .. Reordered is null ? (Node[])[] : [Reordered]];

    /// <summary>
    /// Whether the value is an operand that is read along such strides: the last is 1, or but for queries the one before.
    /// </summary>
    public bool ReadsView(Value value, IReadOnlyList<IntExpr> strides) => strides[^1] == IntExpr.One
        ? ReferenceEquals(value, Query) || ReferenceEquals(value, Key) || ReferenceEquals(value, Value)
        : strides[^2] == IntExpr.One && (ReferenceEquals(value, Key) || ReferenceEquals(value, Value));

    public void Lower(LoweringContext context)
    {
        var (rows, keys, depth, width) = (Query.Shape[^2], Key.Shape[^1], Query.Shape[^1], Value.Shape[^1]);
        var (sequences, heads) = (Scores.Output.Rank == 4 ? Scores.Output.Shape[0] : IntExpr.One, Scores.Output.Shape[^3]);
        var room = RoomBytes(Scores, depth, keys, context) + RoomBytes(Mixed, keys, width, context)
            + (Rows.BlockRows * sizeof(float) * IntExpr.RoundUp(keys, PanelLayout.Columns));
        context.Call(Mixed, Mask is null ? "Attention.Run" : "Attention.Masked", Comment(context),
        [
            Int(sequences), Int(heads), Int(rows), Int(keys), Int(depth), Int(width), Read(context, Query), Read(context, Key),
            .. Mask is null ? (PlanArgument[])[] : [Operand(context.Read(Mixed, Mask, Layout.RowMajor), Mask.Shape,
                Layout.RowMajor.Strides(Mask.Shape))],
            Read(context, Value), Target(context), Product(Scores, context), Product(Mixed, context),
            context.Temporary(ElementType.U8, sequences * heads * room), Int(room),
        ]);
    }

    /// <summary>
    /// The attention whose last product the node is; null for others, and where the graph is a part of one that has some of it.
    /// </summary>
    public static FusedAttention? Find(Node mixed, Graph graph)
    {
        if (!IsPlain(mixed) || !IsWithin(mixed.Input(0), graph) || mixed.Input(0).Producer is not { Op: Softmax softmax } softmaxNode
            || softmax.Logarithm || softmax.Axis != mixed.Input(0).Rank - 1 || !IsWithin(softmaxNode.Input(0), graph))
        {
            return null;
        }

        foreach (var (sum, mask) in softmaxNode.Input(0).EitherWay(BinaryKind.Add).Select(s => (s.One, (Value?)s.Other))
            .Append((softmaxNode.Input(0), null)))
        {
            if (sum.Producer is { } scores && IsPlain(scores) && IsWithin(sum, graph) && HasShapes(scores, mask, mixed))
            {
                Node[] between = mask is null ? [softmaxNode] : [softmaxNode.Input(0).Producer!, softmaxNode];
                return new(scores, between, mask, mixed, ReorderedBy(mixed, graph));
            }
        }

        return null;
    }

    /// <summary>Computed in the graph, for one reader.</summary>
    private static bool IsWithin(Value value, Graph graph) => graph.HasOneUse(value) && !graph.Inputs.Contains(value);

    private static bool IsPlain(Node node) => node.MultipliesActivations() && node.InputOrNull(2) is null
        && node.Op is MatMul { Activation: null };

    /// <summary>Several rows, batches of at most two dimensions, and a mask that has an element for each key.</summary>
    private static bool HasShapes(Node scores, Value? mask, Node mixed)
    {
        var shape = scores.Output.Shape;
        return shape.Count is 3 or 4 && shape[^2] != IntExpr.One && mixed.Output.Shape.SkipLast(2).SequenceEqual(shape.SkipLast(2))
            && new[] { scores.Input(0), scores.Input(1), mixed.Input(1) }.All(v => v.Rank == shape.Count)
            && (mask is null || (mask.Rank is > 0 and var rank && rank <= shape.Count && mask.Shape[^1] == shape[^1]
                && mask.Shape.Zip(shape.TakeLast(rank), (m, s) => m == s || m == IntExpr.One).All(same => same)));
    }

    private static Node? ReorderedBy(Node mixed, Graph graph) =>
        graph.HasOneUse(mixed.Output) && graph.ConsumersOf(mixed.Output)[0] is { Op: Transpose transpose } node
            && transpose.Permutation[^1] == mixed.Output.Rank - 1 ? node : null;

    private string Comment(LoweringContext context) =>
        $"softmax({context.Precisions[Scores]}{(Mask is null ? "" : " + mask")}), times values in {context.Precisions[Mixed]}";

    private PlanArgument Read(LoweringContext context, Value value)
    {
        var (from, strides) = context.ReadView(Mixed, value);
        return Operand(from, value.Shape, strides);
    }

    private PlanArgument Target(LoweringContext context)
    {
        var y = Mixed.Output;
        if (Reordered is not { Op: Transpose transpose })
        {
            return Operand(context.Create(y, Layout.RowMajor), y.Shape, Layout.RowMajor.Strides(y.Shape));
        }

        var strides = Layout.RowMajor.Strides(Reordered.Output.Shape);
        return Operand(context.Create(Reordered.Output, Layout.RowMajor), y.Shape,
            [.. Enumerable.Range(0, y.Rank).Select(d => strides[transpose.Permutation.ToList().IndexOf(d)])]);
    }

    /// <summary>Sequence, head, row, column; dimensions that are repeated have no distance.</summary>
    private static PlanArgument Operand(Location at, IReadOnlyList<IntExpr> shape, IReadOnlyList<IntExpr> strides)
    {
        IntExpr[] distances = [.. shape.Zip(strides, (d, s) => d == IntExpr.One ? IntExpr.Zero : s).TakeLast(4)];
        return New("AttentionOperand",
            [at, .. Enumerable.Repeat(IntExpr.Zero, 4 - distances.Length).Concat(distances).Select(Int)]);
    }

    /// <summary>The product that an argument of the step says how to compute; null for other arguments.</summary>
    public static string? MethodOf(PlanArgument.Construct argument) => argument.Type switch
    {
        "FloatAttention" => "F32",
        "ByteAttention" => argument.Arguments[2] is PlanArgument.Integer { Value: { IsConstant: true, Value: <= 127 } } ? "U7S8" : "U8S8",
        _ => null,
    };

    private static PlanArgument Product(Node node, LoweringContext context)
    {
        var precision = context.Precisions[node];
        if (!precision.QuantizesActivations)
        {
            return New("FloatAttention");
        }

        var parameters = context.Ranges.Parameters(node, precision.Activations)!.Value;
        return New("ByteAttention", new PlanArgument.Single(parameters.Scale), Int(parameters.ZeroPoint), Int(parameters.Maximum),
            new PlanArgument.Single(precision.Storage.ActivationParameters(context.Ranges.Rhs(node)).Scale));
    }

    private static IntExpr RoomBytes(Node node, IntExpr depth, IntExpr columns, LoweringContext context)
    {
        var (padded, groups) = (IntExpr.RoundUp(columns, PanelLayout.Columns), IntExpr.RoundUp(depth, PanelLayout.ByteGroup));
        return context.Precisions[node].QuantizesActivations
            ? 256 + (padded * sizeof(int)) + (padded * groups) + (Rows.BlockRows * groups)
            : 128 + (padded * depth * sizeof(float));
    }
}
