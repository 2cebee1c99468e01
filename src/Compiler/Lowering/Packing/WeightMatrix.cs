namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>
/// Weights of a product in the order kernels walk them: <see cref="Taps"/> × <see cref="Channels"/> rows (a Gemm has one tap) by
/// <see cref="Columns"/> output columns.
/// </summary>
/// <param name="At">The weight of (tap, channel, column).</param>
internal sealed record WeightMatrix(int Taps, int Channels, int Columns, Func<int, int, int, float> At)
{
    public int Rows => Taps * Channels;

    /// <summary>The weights of a column, tap by tap.</summary>
    public float[] Column(int column)
    {
        var result = new float[Rows];
        for (int tap = 0; tap < Taps; tap++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                result[(tap * Channels) + channel] = At(tap, channel, column);
            }
        }

        return result;
    }

    /// <summary>A matrix [K, N] in row-major order, its rows read in the order <paramref name="rowOrder"/>.</summary>
    public static WeightMatrix OfMatMul(float[] weights, int k, int n, Func<int, int> rowOrder) => new(1, k, n, (_, row, column) => weights[(rowOrder(row) * n) + column]);

    /// <summary>Group <paramref name="group"/> of convolution weights [O, C, taps] in row-major order.</summary>
    public static WeightMatrix OfConv(float[] weights, int outputs, int channels, int taps, int groups, int group)
    {
        int columns = outputs / groups, first = group * columns;
        return new(taps, channels, columns, (tap, channel, column) => weights[((((first + column) * channels) + channel) * taps) + tap]);
    }
}
