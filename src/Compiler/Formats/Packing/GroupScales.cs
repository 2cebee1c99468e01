using System.Numerics.Tensors;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>A number for each group of rows of each column: [groups][columns].</summary>
internal static class GroupScales
{
    public delegate float OfGroup(ReadOnlySpan<float> weights);

    /// <param name="rows">Of a group; the last one may have fewer.</param>
    public static float[] Of(WeightMatrix matrix, int rows, OfGroup scale)
    {
        var scales = new float[(matrix.Rows + rows - 1) / rows * matrix.Columns];
        var weights = new float[PanelLayout.Columns * Math.Min(rows, matrix.Rows)];
        PanelPacker.Visit(matrix, (panel, row, lanes) =>
        {
            // Column after column, so that the weights of a group lie together.
            int inGroup = row % rows, length = Math.Min(rows, matrix.Rows - row + inGroup);
            for (int i = 0; i < lanes.Length; i++)
            {
                weights[(i * length) + inGroup] = lanes[i];
            }

            for (int i = 0; inGroup == length - 1 && i < lanes.Length; i++)
            {
                scales[(row / rows * matrix.Columns) + (panel * PanelLayout.Columns) + i] = scale(weights.AsSpan(i * length, length));
            }
        });
        return scales;
    }

    /// <summary>The largest |weight| of all.</summary>
    public static float Largest(WeightMatrix matrix)
    {
        float largest = 0;
        PanelPacker.Visit(matrix, (_, _, lanes) =>
            largest = Math.Max(largest, lanes.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<float>(lanes))));
        return largest;
    }
}
