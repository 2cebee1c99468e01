using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>Weights in a <see cref="GroupFormat"/>.</summary>
internal sealed class GroupWeights(GroupFormat format, WeightMatrix matrix) : EncodedWeights(format, matrix)
{
    private readonly int _rows = format.RowsOf(matrix.Rows), _together = format.Code.Together;

    /// <inheritdoc cref="GroupFormat.Scales"/>
    public float[] Scales => field ??= format.Scales(Matrix);

    public override RoundingGrid Grid => new(Scales, _rows, Int4Code.Lowest, Int4Code.Highest);

    public override KernelCall Call(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        base.Call(family, activations, accumulator) with { Arguments = format.Rows is { } rows ? [rows] : [] };

    /// <summary>
    /// For bytes, of all columns: −zero point · Σ of the weights, and the scale of the activations, in units of the results' scale where
    /// they are bytes too: v = fma(sum + compensation, unit, bias).
    /// </summary>
    public override IReadOnlyList<WeightArray> ParameterArrays(QuantizationParameters? activations, QuantizationParameters? output = null)
    {
        if (activations is not { } parameters)
        {
            return [];
        }

        var sums = new double[Matrix.Columns];
        PanelPacker.Visit(Matrix, (panel, row, lanes) =>
        {
            Round(row, panel * PanelLayout.Columns, lanes);
            for (int i = 0; i < lanes.Length; i++)
            {
                sums[(panel * PanelLayout.Columns) + i] += lanes[i];
            }
        });
        float unit = (float)Math.Min(parameters.Scale / (double)(output?.Scale ?? 1), float.MaxValue);
        return
        [
            WeightArray.OfPanels<float>(ElementType.F32, [.. sums.Select(s => (float)(-parameters.ZeroPoint * s))]),
            WeightArray.OfPanels<float>(ElementType.F32, [.. Enumerable.Repeat(unit, Matrix.Columns)]),
        ];
    }

    /// <summary>See <see cref="PanelLayout"/>.</summary>
    protected override IReadOnlyList<WeightArray> Pack()
    {
        var packed = new WeightArray(ElementType.U8, Format.PackedBytes(Matrix));
        long panelBytes = PanelLayout.PanelBytesOfGroups(Matrix.Rows, _rows, _together);
        long pairBytes = PanelLayout.PairBytes(2 * _rows, _together);
        PanelPacker.Visit(Matrix, (panel, row, lanes) =>
        {
            var (pair, inPair) = Math.DivRem(row, 2 * _rows);
            var at = packed.Elements<byte>()[checked((int)((panel * panelBytes) + (pair * pairBytes)))..];
            var scales = ScalesOf(row, panel * PanelLayout.Columns, lanes.Length);
            if (row % _rows == 0)
            {
                var halves = MemoryMarshal.Cast<byte, ushort>(at[..PanelLayout.RowBytes]);
                for (int i = 0; i < lanes.Length; i++)
                {
                    halves[(2 * i) + (inPair / _rows)] = BF16.FromSingle(scales[i]).Bits;
                }
            }

            Quantize(row, panel * PanelLayout.Columns, scales, lanes);
            var (word, inWord) = Math.DivRem(inPair, _together);
            var words = MemoryMarshal.Cast<byte, uint>(at.Slice((1 + word) * PanelLayout.RowBytes, PanelLayout.RowBytes));
            for (int i = 0; i < lanes.Length; i++)
            {
                words[i] |= format.Code.Word(lanes[i], inWord);
            }
        });
        return [packed];
    }

    protected override void Round(int row, int column, Span<float> weights)
    {
        var scales = ScalesOf(row, column, weights.Length);
        Quantize(row, column, scales, weights);
        TensorPrimitives.Multiply(weights, scales, weights);
    }

    protected override void Noise(int row, int column, Span<float> weights)
    {
        var scales = ScalesOf(row, column, weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)format.Code.Noise(weights[i], scales[i]);
        }
    }

    private void Quantize(int row, int column, ReadOnlySpan<float> scales, Span<float> weights)
    {
        format.Code.Round(scales, weights);
        if (Matrix.Rounding is not null)
        {
            Matrix.AddSteps(row, column, weights);
            TensorPrimitives.Clamp(weights, Grid.Lowest, Grid.Highest, weights);
        }
    }

    private ReadOnlySpan<float> ScalesOf(int row, int column, int count) =>
        Scales.AsSpan((row / _rows * Matrix.Columns) + column, count);
}
