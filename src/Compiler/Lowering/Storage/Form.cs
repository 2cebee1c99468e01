using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>
/// How the elements of a value lie in memory: order, and the quantization parameters where they are quantized. Quantized elements are bytes
/// whose innermost dimension in memory is padded to a multiple of four, with the scale of the row behind it where rows have scales.
/// </summary>
internal sealed record Form(Layout Layout, QuantizationParameters? Quantization = null)
{
    /// <summary>Type of a stored element of <paramref name="value"/>.</summary>
    public ElementType Element(Value value) => Quantization is null ? value.Type.Element : ElementType.U8;

    /// <summary>Elements stored, padding included.</summary>
    public IntExpr Length(Value value)
    {
        if (Quantization is null)
        {
            return value.Type.Length;
        }

        int innermost = Layout.Order(value.Rank)[^1];
        var row = IntExpr.RoundUp(value.Shape[innermost], PanelLayout.ByteGroup);
        return IntExpr.Product(value.Shape.Where((_, d) => d != innermost))
            * (Quantization.Value.HasRowScales ? row + PanelLayout.RowScaleBytes : row);
    }

    /// <summary>Byte strides of a row-major value that is quantized.</summary>
    public static IReadOnlyList<IntExpr> ByteStrides(Value value) =>
        StridedView.RowMajor([.. value.Shape.SkipLast(1), IntExpr.RoundUp(value.Shape[^1], PanelLayout.ByteGroup)]);

    /// <summary>
    /// The form that means the same and compares equal. Two orders that coincide for floats do not for quantized values: the padding
    /// follows the innermost dimension, which is the channel of a one-channel image channels last and its width row-major.
    /// </summary>
    public Form For(Value value) => Quantization is null || value.Rank < 3 ? this with { Layout = Layout.For(value) } : this;
}
