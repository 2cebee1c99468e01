using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// Another shape of the same memory; a flattened image stays channels last when only products with constant weights read it, and what a
/// cache keeps stays in its buffer when it is repeated next.
/// </summary>
internal sealed class ReshapeLowering : OpLowering<Reshape>
{
    protected override void Lower(Node node, Reshape op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        if (context.LayoutOf(x) == Layout.ChannelsLast && Flattening.IsFree(node, context))
        {
            context.Alias(y, x, Flattening.Find(node)!);
            return;
        }

        if (context.GrowingLayoutOf(x) is { } growing && ExpandLowering.ReadsView(y, context) && SameAxes(x, y))
        {
            var strides = new Queue<IntExpr>(growing.Strides(x.Shape).Where((_, d) => x.Shape[d] != IntExpr.One));
            context.View(y, context.Read(node, x, growing), [.. y.Shape.Select(d => d == IntExpr.One ? IntExpr.Zero : strides.Dequeue())]);
            return;
        }

        context.AliasRowMajor(node, y, x);
    }

    /// <summary>True when the shapes differ in dimensions of 1 alone.</summary>
    private static bool SameAxes(Value x, Value y) => x.Shape.Where(d => d != IntExpr.One)
        .SequenceEqual(y.Shape.Where(d => d != IntExpr.One));
}
