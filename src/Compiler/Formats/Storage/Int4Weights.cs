using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>Weights in <see cref="Int4PerGroup"/>.</summary>
internal sealed class Int4Weights(Int4PerGroup format, WeightMatrix matrix) : EncodedWeights(format, matrix)
{
    private readonly int _rows = format.Rows;

    /// <summary>The scale of each group of rows of each column: [⌈K/group⌉][N], values of bf16.</summary>
    public float[] Scales => field ??= BestScales();

    public override KernelCall Call(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        base.Call(family, activations, accumulator) with { Arguments = [_rows] };

    /// <summary>See <see cref="PanelLayout"/>.</summary>
    protected override IReadOnlyList<WeightArray> Pack()
    {
        var packed = new WeightArray(ElementType.U8, Format.PackedBytes(Matrix));
        long panelBytes = PanelLayout.PanelBytesS4(Matrix.Rows, _rows), pairBytes = PanelLayout.PairBytesS4(2 * _rows);
        PanelPacker.Visit(Matrix, (panel, row, lanes) =>
        {
            var (pair, inPair) = Math.DivRem(row, 2 * _rows);
            var at = packed.Elements<byte>()[checked((int)((panel * panelBytes) + (pair * pairBytes)))..];
            var scales = ScalesOf(row, panel * PanelLayout.Columns, lanes.Length);
            if (row % _rows == 0)
            {
                var words = MemoryMarshal.Cast<byte, ushort>(at[..PanelLayout.RowBytes]);
                for (int i = 0; i < lanes.Length; i++)
                {
                    words[(2 * i) + (inPair / _rows)] = BF16.FromSingle(scales[i]).Bits;
                }
            }

            Quantize(scales, lanes);
            var (eight, inEight) = Math.DivRem(inPair, PanelLayout.NibbleRows);
            var nibbles = MemoryMarshal.Cast<byte, uint>(at.Slice((1 + eight) * PanelLayout.RowBytes, PanelLayout.RowBytes));
            for (int i = 0; i < lanes.Length; i++)
            {
                nibbles[i] |= ((uint)(int)lanes[i] & 0xF) << (4 * inEight);
            }
        });
        return [packed];
    }

    protected override void Round(int row, int column, Span<float> weights)
    {
        var scales = ScalesOf(row, column, weights.Length);
        Quantize(scales, weights);
        TensorPrimitives.Multiply(weights, scales, weights);
    }

    protected override void Noise(int row, int column, Span<float> weights)
    {
        var scales = ScalesOf(row, column, weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)RoundingNoise.OfStep(scales[i]);
        }
    }

    private static void Quantize(ReadOnlySpan<float> scales, Span<float> weights) =>
        Quantizer.Quantize(weights, scales, 0, Int4PerGroup.Lowest, Int4PerGroup.Highest, weights);

    private ReadOnlySpan<float> ScalesOf(int row, int column, int count) =>
        Scales.AsSpan((row / _rows * Matrix.Columns) + column, count);

    private float[] BestScales()
    {
        int groups = (Matrix.Rows + _rows - 1) / _rows;
        var scales = new float[groups * Matrix.Columns];
        var weights = new float[PanelLayout.Columns * _rows];
        PanelPacker.Visit(Matrix, (panel, row, lanes) =>
        {
            // Column after column, so that the weights of a group lie together.
            int inGroup = row % _rows, rows = Math.Min(_rows, Matrix.Rows - row + inGroup);
            for (int i = 0; i < lanes.Length; i++)
            {
                weights[(i * _rows) + inGroup] = lanes[i];
            }

            for (int i = 0; inGroup == rows - 1 && i < lanes.Length; i++)
            {
                scales[(row / _rows * Matrix.Columns) + (panel * PanelLayout.Columns) + i] = BestScale(weights.AsSpan(i * _rows, rows));
            }
        });
        return scales;
    }

    private static float BestScale(ReadOnlySpan<float> group)
    {
        float largest = TensorPrimitives.MaxMagnitude(group);
        float even = Scale(Math.Abs(largest) / Int4PerGroup.Highest), whole = Scale(largest / Int4PerGroup.Lowest);
        return SquaredError(group, whole) < SquaredError(group, even) ? whole : even;
    }

    /// <summary>1 where bf16 has no normal number for the scale, as for a group of zeros.</summary>
    private static float Scale(float scale) => BF16.FromSingle(scale).ToSingle() is var rounded && float.IsNormal(rounded) ? rounded : 1;

    private static double SquaredError(ReadOnlySpan<float> group, float scale)
    {
        double sum = 0;
        foreach (float weight in group)
        {
            double error = weight - ((double)scale * Math.Clamp(MathF.Round(weight / scale), Int4PerGroup.Lowest, Int4PerGroup.Highest));
            sum += error * error;
        }

        return sum;
    }
}
