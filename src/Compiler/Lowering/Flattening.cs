using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// Reshapes [N, C, D1…] → [N, C·D1…] that only products with constant weights read: the weights are permuted instead of the activations.
/// </summary>
internal static class Flattening
{
    /// <summary>The layout of the flattened value when its input lies channels last; null when the reshape is no such flattening.</summary>
    public static Layout.Flat? Find(Node reshape)
    {
        var (x, y) = (reshape.Input(0), reshape.Output);
        return x.Rank >= 3 && y.Rank == 2 && x.Shape[0] == y.Shape[0] && x.Type.Length == y.Type.Length
            ? Layout.Flattened(x.Shape[1], IntExpr.Product(x.Shape.Skip(2))) as Layout.Flat
            : null;
    }

    /// <summary>
    /// True when every reader of the flattened value is a product whose weights can be permuted: of those with a scale for several rows
    /// the order of rows is part of the values.
    /// </summary>
    public static bool IsFree(Node reshape, LoweringContext context) =>
        Find(reshape) is { ChannelCount.IsConstant: true, PositionCount.IsConstant: true } && !context.Graph.IsOutput(reshape.Output)
        && context.Graph.ConsumersOf(reshape.Output).All(c => c.Op is MatMul && c.HasConstantWeights()
            && ReferenceEquals(c.Input(0), reshape.Output) && !context.Precisions[c].Storage.HasGroupsOfRows);
}
