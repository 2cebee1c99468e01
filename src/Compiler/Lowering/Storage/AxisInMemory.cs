using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>A value as [outer, axis, inner] in the order in which it lies: what kernels that walk along one axis need.</summary>
/// <param name="Layout">The value's own; row-major where that is one of flattened images.</param>
internal sealed record AxisInMemory(Layout Layout, IntExpr Outer, IntExpr Inner)
{
    public static AxisInMemory Locate(Value value, int axis, LoweringContext context)
    {
        var layout = context.LayoutOf(value) is Layout.Flat ? Layout.RowMajor : context.LayoutOf(value);
        var order = layout.Order(value.Rank);
        int position = order.ToList().IndexOf(axis);
        return new(layout, IntExpr.Product(order.Take(position).Select(d => value.Shape[d])),
            IntExpr.Product(order.Skip(position + 1).Select(d => value.Shape[d])));
    }
}
