using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>
/// Walks weights in panels of 16 output columns (docs/weights-format.md), so that a format packs the same bytes on every machine.
/// </summary>
internal static class PanelPacker
{
    /// <param name="lanes">The weights of the panel's columns in this row, fewer than 16 in the last panel; they may be changed.</param>
    public delegate void Store(int panel, int row, Span<float> lanes);

    /// <summary>Row by row of panel by panel: what is read of a row-major matrix are whole cache lines.</summary>
    public static void Visit(WeightMatrix weights, Store store)
    {
        Span<float> buffer = stackalloc float[PanelLayout.Columns];
        for (int panel = 0; panel < PanelLayout.Panels(weights.Columns); panel++)
        {
            int column = panel * PanelLayout.Columns;
            var lanes = buffer[..Math.Min(PanelLayout.Columns, weights.Columns - column)];
            for (int row = 0; row < weights.Rows; row++)
            {
                weights.Read(row, column, lanes);
                store(panel, row, lanes);
            }
        }
    }
}
