using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>A constant as an element for each place of a row: the scale or bias of a normalization.</summary>
internal static class RowConstant
{
    /// <summary>
    /// The constant in the shape of the dimensions of <paramref name="x"/> from <paramref name="axis"/> on; null when it differs from row
    /// to row.
    /// </summary>
    public static Value? Find(Value value, Value x, int axis)
    {
        long[] row = [.. x.Shape.Skip(axis).Select(d => d.Value)];
        if (value.Constant is not { Type: ElementType.F32 } constant || value.Rank > x.Rank || Tensor.Count(row) is var length
            && constant.Length != 1 && constant.Length != length)
        {
            return null;
        }

        if (constant.Length == 1)
        {
            float[] same = [.. Enumerable.Repeat(constant.Span<float>()[0], checked((int)Tensor.Count(row)))];
            return GraphBuilder.Constant(value.Name, same, row);
        }

        // As many elements as a row, so every dimension but those of the row is 1 if these come last.
        long[] shape = [.. Enumerable.Repeat(1L, x.Rank - value.Rank), .. constant.Shape];
        return shape.Skip(axis).SequenceEqual(row) ? GraphBuilder.Constant(value.Name, constant.Reshape(row)) : null;
    }
}
