using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>Packs weights column by column, so that single columns can be read (docs/weights-format.md). Each is filled up with zeros to a multiple of 32.</summary>
internal static class ColumnPacker
{
    private const int Half = 16, Pair = 2 * Half;

    /// <summary>[N][⌈K/32⌉·32] floats.</summary>
    public static float[] PackF32(WeightMatrix weights) => Pack(weights, k => k, weight => weight);

    /// <summary>[N][⌈K/32⌉][16][2] bf16: rows k and k + 16 of each 32 in one word, k in its low half.</summary>
    public static ushort[] PackBF16(WeightMatrix weights) => Pack(weights, k => (k / Pair * Pair) + (k % Half * 2) + (k / Half % 2), WeightQuantizer.ToBF16);

    /// <summary>Elements of the packed forms.</summary>
    public static long Length(WeightMatrix weights) => (long)weights.Columns * Pitch(weights);

    /// <summary>‖w‖₂ of each column.</summary>
    public static float[] Norms(WeightMatrix weights)
    {
        var squares = new double[weights.Columns];
        Visit(weights, (_, row) =>
        {
            for (int column = 0; column < row.Length; column++)
            {
                squares[column] += (double)row[column] * row[column];
            }
        });
        return [.. squares.Select(s => (float)Math.Sqrt(s))];
    }

    private static int Pitch(WeightMatrix weights) => (weights.Rows + Pair - 1) / Pair * Pair;

    private static T[] Pack<T>(WeightMatrix weights, Func<int, int> place, Func<float, T> convert)
    {
        int pitch = Pitch(weights);
        var packed = new T[Length(weights)];
        Visit(weights, (k, row) =>
        {
            int at = place(k);
            for (int column = 0; column < row.Length; column++)
            {
                packed[(column * pitch) + at] = convert(row[column]);
            }
        });
        return packed;
    }

    private static void Visit(WeightMatrix weights, Action<int, float[]> visit)
    {
        var row = new float[weights.Columns];
        for (int k = 0; k < weights.Rows; k++)
        {
            weights.Read(k / weights.Channels, k % weights.Channels, 0, row);
            visit(k, row);
        }
    }
}
