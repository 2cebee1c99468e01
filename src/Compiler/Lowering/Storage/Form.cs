using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>
/// How the elements of a value lie in memory: order, and the grid when they are quantized. Quantized elements are bytes whose
/// innermost dimension in memory is padded to a multiple of four.
/// </summary>
internal sealed record Form(Layout Layout, AffineQuantization? Quantization = null)
{
    /// <summary>Padding of the innermost dimension of byte activations: the depth of a byte dot product.</summary>
    public const int ByteGroup = 4;

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
        return IntExpr.Product(value.Shape.Where((_, d) => d != innermost)) * IntExpr.RoundUp(value.Shape[innermost], ByteGroup);
    }

    /// <summary>Byte strides of the codes of a row-major value.</summary>
    public static IReadOnlyList<IntExpr> CodeStrides(Value value) => StridedView.RowMajor([.. value.Shape.SkipLast(1), IntExpr.RoundUp(value.Shape[^1], ByteGroup)]);

    /// <summary>
    /// The form that means the same and compares equal. Two orders that coincide for floats do not for codes: the padding follows the
    /// innermost dimension, which is the channel of a one-channel picture channels last and its width row-major.
    /// </summary>
    public Form For(Value value) => Quantization is null || value.Rank < 3 ? this with { Layout = Layout.For(value) } : this;
}
