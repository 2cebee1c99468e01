using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>
/// Weights of a product in the order kernels walk them: <see cref="Taps"/> × <see cref="Channels"/> rows (a Gemm has one tap) by
/// <see cref="Columns"/> output columns. Nothing is copied: rows are read where the model has them.
/// </summary>
/// <param name="Read">Reads weights of one row.</param>
internal sealed record WeightMatrix(int Taps, int Channels, int Columns, WeightMatrix.Reader Read)
{
    /// <summary>Fills <paramref name="weights"/> with the weights of (tap, channel) from <paramref name="column"/> on.</summary>
    public delegate void Reader(int tap, int channel, int column, Span<float> weights);

    public int Rows => Taps * Channels;

    /// <summary>The step of each column where the model quantized the weights; null where it did not.</summary>
    public IReadOnlyList<float>? Steps { get; init; }

    /// <summary>A matrix [K, N] in row-major order, its rows read in the order <paramref name="rowOrder"/>.</summary>
    public static WeightMatrix OfMatMul(Tensor weights, Func<int, int> rowOrder)
    {
        int k = checked((int)weights.Shape[0]), n = checked((int)weights.Shape[1]);
        return new(1, k, n, (_, row, column, read) => weights.Span<float>().Slice((rowOrder(row) * n) + column, read.Length).CopyTo(read));
    }

    /// <summary>Recurrent weights [gates·H, H] in row-major order: the columns of each gate are padded with zeros to whole panels.</summary>
    public static WeightMatrix OfGates(Tensor weights, int gates)
    {
        int hidden = checked((int)weights.Shape[1]), pitch = (hidden + PanelPacker.PanelColumns - 1) / PanelPacker.PanelColumns * PanelPacker.PanelColumns;
        return new(1, hidden, checked(gates * pitch), (_, row, column, read) =>
        {
            var all = weights.Span<float>();
            int gate = column / pitch, first = column % pitch;
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = first + i < hidden ? all[(((gate * hidden) + first + i) * hidden) + row] : 0;
            }
        });
    }

    /// <summary>Group <paramref name="group"/> of convolution weights [O, C, taps…] in row-major order.</summary>
    public static WeightMatrix OfConv(Tensor weights, int groups, int group)
    {
        int channels = checked((int)weights.Shape[1]), taps = checked((int)Tensor.Count(weights.Shape.Skip(2)));
        int columns = checked((int)weights.Shape[0]) / groups, first = group * columns;
        return new(taps, channels, columns, (tap, channel, column, read) =>
        {
            var all = weights.Span<float>();
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = all[((((first + column + i) * channels) + channel) * taps) + tap];
            }
        });
    }
}
