using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// Products whose right-hand side is no matrix of constants: the products of a batch one after another, bias and activation as steps of
/// their own.
/// </summary>
internal static class BatchedProduct
{
    public static void Add(Node node, MatMul op, LoweringContext context)
    {
        var y = node.Output;
        var product = node.InputOrNull(2) is null && op.Activation is null ? context.Create(y, Layout.RowMajor)
            : context.Temporary(y.Type.Element, y.Type.Length);
        var precision = context.Precisions[node];
        string method = precision.RuntimeMethod(ProductFamily.Activations)
            ?? throw new InvalidOperationException($"no kernel multiplies two activations as {precision}");
        if (precision.QuantizesActivations)
        {
            Bytes(node, precision, method, product, context);
        }
        else
        {
            Floats(node, method, product, context);
        }

        if (node.InputOrNull(2) is { } bias)
        {
            var sum = op.Activation is null ? context.Create(y, Layout.RowMajor) : context.Temporary(y.Type.Element, y.Type.Length);
            context.Call(node, "Zip.Run", "adds the bias", Functions.Binary(BinaryKind.Add), product,
                context.Read(node, bias, Layout.RowMajor), sum,
                Ints(y.Type.Length.DivideExactly(y.Shape[^1]) ?? IntExpr.Product(y.Shape.SkipLast(1)), y.Shape[^1]), Ints(y.Shape[^1], 1),
                    Ints(0, 1));
            product = sum;
        }

        if (op.Activation is { } activation)
        {
            context.Call(node, "Map.Run", activation.Kind.ToString(), Functions.Activation(activation), product,
                context.Create(y, Layout.RowMajor), Int(y.Type.Length));
        }
    }

    /// <summary>
    /// True when the value's only reader quantizes it and reads along any strides of which one of the last two is 1: keys whose dimensions
    /// are exchanged need no copy then.
    /// </summary>
    public static bool ReadsView(Value value, IReadOnlyList<IntExpr> strides, LoweringContext context) =>
        context.Graph.HasOneUse(value) && context.Graph.ConsumersOf(value)[0] is var reader && reader.MultipliesActivations()
            && ReferenceEquals(reader.Input(1), value)
        && context.Precisions[reader].QuantizesActivations && strides.TakeLast(2).Contains(IntExpr.One);

    private static void Floats(Node node, string method, Location product, LoweringContext context)
    {
        var (a, b, rank) = (node.Input(0), node.Input(1), node.Output.Rank);
        // Only the right-hand side may lie in a buffer that grows: keys and values do.
        var layout = context.GrowingLayoutOf(b) ?? Layout.RowMajor;
        var strides = layout.Strides(b.Shape);
        bool single = node.Output.Type.Element == ElementType.F32;
        context.Call(node, single ? "MatMul." + method : "MatMul.Numbers",
            single ? "product of two activations: fp32 × fp32 → fp32" : $"product of {node.Output.Type.Element}",
            [.. Sizes(node), context.ReadWeights(node, a), context.ReadWeights(node, b, layout), product, Batch(node),
                BatchStrides(a, Layout.RowMajor.Strides(a.Shape), rank),
             BatchStrides(b, strides, rank), .. layout is Layout.Growing || !single ? [Int(strides[^2])] : (PlanArgument[])[]]);
    }

    private static void Bytes(Node node, PrecisionConfig precision, string method, Location product, LoweringContext context)
    {
        var (a, b, rank) = (node.Input(0), node.Input(1), node.Output.Rank);
        var rhsRange = context.Ranges.Rhs(node);
        var parameters = context.Ranges.Parameters(node, precision.Activations)!.Value;
        float scale = precision.Storage.ActivationParameters(rhsRange).Scale;
        var quantized = context.Read(node, a, Layout.RowMajor, parameters);
        var (from, strides) = context.ReadView(node, b);
        var columns = IntExpr.RoundUp(b.Shape[^1], PanelLayout.Columns);
        context.Call(node, "MatMul." + method,
            $"product of two activations: codes 0…{parameters.Maximum} of {parameters.Range} × s8 of {rhsRange} → int32",
            [.. Sizes(node), quantized, from, product, Batch(node), BatchStrides(a, Form.ByteStrides(a), rank),
                BatchStrides(b, strides, rank), Int(strides[^2]), Int(strides[^1]),
             Int(parameters.ZeroPoint), new PlanArgument.Single(scale), new PlanArgument.Single(parameters.Scale * scale),
             context.Temporary(ElementType.I8, columns * IntExpr.RoundUp(b.Shape[^2], PanelLayout.ByteGroup)),
                 context.Temporary(ElementType.I32, columns)]);
    }

    private static PlanArgument[] Sizes(Node node) =>
        [Int(node.Output.Shape[^2]), Int(node.Output.Shape[^1]), Int(node.Input(0).Shape[^1])];

    private static PlanArgument Batch(Node node) => Ints(node.Output.Shape.SkipLast(2));

    private static PlanArgument BatchStrides(Value operand, IReadOnlyList<IntExpr> strides, int rank) => Ints(
        [.. Enumerable.Repeat(IntExpr.Zero, rank - operand.Rank),
            .. operand.Shape.SkipLast(2).Select((d, i) => d == IntExpr.One ? IntExpr.Zero : strides[i])]);
}
