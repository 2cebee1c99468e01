using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>Weights in <see cref="Int8PerChannel"/>.</summary>
internal sealed class Int8Weights(WeightMatrix matrix) : EncodedWeights(Int8PerChannel.Format, matrix)
{
    private readonly Dictionary<int, BlockProof?> _proofs = [];
    private long? _largestSum;

    /// <summary>The scale of each column: the model's own where it quantized the weights.</summary>
    public float[] Scales => field ??= Matrix.Scales?.ToArray() ?? LargestOverColumns();

    /// <summary>The largest Σ |value| of a column.</summary>
    public long LargestSum => _largestSum ??= Sums(value => Math.Abs((int)value)).DefaultIfEmpty().Max();

    public override RoundingGrid Grid => new(Scales, Math.Max(Matrix.Rows, 1), -Int8PerChannel.Maximum, Int8PerChannel.Maximum);

    /// <summary>[⌈N/16⌉][Σ over taps of ⌈C/4⌉][16][4]: channels of a tap in groups of four.</summary>
    public ReadOnlySpan<sbyte> Values => Packed[0].Elements<sbyte>();

    /// <summary>
    /// What 16-bit sums with activations up to <paramref name="activationMaximum"/> are proven to be; null when they are not exact.
    /// </summary>
    public BlockProof? Proof(int activationMaximum)
    {
        ref var proof = ref CollectionsMarshal.GetValueRefOrAddDefault(_proofs, activationMaximum, out bool known);
        return known ? proof : proof = BlockProof.Create(Values, Matrix.ByteGroups, anyStart: Matrix.Taps > 1, activationMaximum);
    }

    /// <summary>
    /// Zero-point compensations and scales of all columns: v = fma(acc + compensation, scale, bias) with acc the exact sum of products and
    /// the compensation −zero point · Σ of the column's values.
    /// </summary>
    public override IReadOnlyList<WeightArray> ParameterArrays(QuantizationParameters? activations, QuantizationParameters? output = null)
    {
        var parameters = activations
            ?? throw new InvalidOperationException($"{Format.Words} are multiplied with quantized activations only");
        double unit = output?.Scale ?? 1;
        return
        [
            WeightArray.OfPanels<int>(ElementType.I32,
                [.. Sums(value => value).Select(sum => checked((int)(-parameters.ZeroPoint * sum)))]),
            WeightArray.OfPanels<float>(ElementType.F32,
                [.. Scales.Select(s => (float)Math.Min((double)s * parameters.Scale / unit, float.MaxValue))]),
        ];
    }

    /// <remarks>
    /// Pair sums of 7 bits are used without a proof, so that 16-bit blocks differ from int32 only if they hold more than one.
    /// </remarks>
    public override bool Permits(ActivationFormat activations, ElementType accumulator) =>
        LargestSum * activations.Maximum * 2 <= int.MaxValue
        && (accumulator != ElementType.I16
            || (Proof(activations.Maximum) is { } proof && (proof.Block > 1 || !activations.PairsFit16Bits)));

    /// <remarks>
    /// Sums of both widths are the same integers: where this order of the weights is not proven, int32 takes the place of 16 bits.
    /// </remarks>
    public override KernelCall Call(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        accumulator != ElementType.I16 ? base.Call(family, activations, accumulator)
        : Proof(activations.Maximum) is not { } proof ? base.Call(family, activations, ElementType.I32)
        : base.Call(family, activations, accumulator) with { Arguments = [proof.Block], Remark = proof.ToString() };

    protected override IReadOnlyList<WeightArray> Pack()
    {
        var packed = new WeightArray(ElementType.I8, PanelLayout.LengthS8(Matrix.ByteGroups, Matrix.Columns));
        int groups = Matrix.ByteGroups, groupsOfTap = groups / Math.Max(Matrix.Taps, 1);
        PanelPacker.Visit(Matrix, (panel, row, lanes) =>
        {
            var (tap, channel) = Math.DivRem(row, Matrix.Channels);
            int group = (tap * groupsOfTap) + (channel / PanelLayout.ByteGroup);
            int start = ((panel * groups) + group) * PanelLayout.Columns * PanelLayout.ByteGroup;
            var at = packed.Elements<sbyte>()[(start + (channel % PanelLayout.ByteGroup))..];
            Quantize(row, panel * PanelLayout.Columns, lanes);
            for (int i = 0; i < lanes.Length; i++)
            {
                at[i * PanelLayout.ByteGroup] = (sbyte)lanes[i];
            }
        });
        return [packed];
    }

    protected override void Round(int row, int column, Span<float> weights)
    {
        Quantize(row, column, weights);
        TensorPrimitives.Multiply(weights, Scales.AsSpan(column, weights.Length), weights);
    }

    /// <summary>None where the model itself stores whole multiples of its scales.</summary>
    protected override void Noise(int row, int column, Span<float> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Matrix.Scales is null ? (float)RoundingNoise.OfStep(Scales[column + i]) : 0;
        }
    }

    private void Quantize(int row, int column, Span<float> weights)
    {
        Quantizer.Quantize(weights, Scales.AsSpan(column, weights.Length), 0, -Int8PerChannel.Maximum, Int8PerChannel.Maximum, weights);
        if (Matrix.Rounding is not null)
        {
            Matrix.AddSteps(row, column, weights);
            TensorPrimitives.Clamp(weights, -Int8PerChannel.Maximum, Int8PerChannel.Maximum, weights);
        }
    }

    private float[] LargestOverColumns()
    {
        var largest = new float[Matrix.Columns];
        PanelPacker.Visit(Matrix, (panel, _, lanes) =>
        {
            var known = largest.AsSpan(panel * PanelLayout.Columns, lanes.Length);
            TensorPrimitives.MaxMagnitude(known, lanes, known);
        });
        return [.. largest.Select(l => Int8PerChannel.Scale(Math.Abs(l)))];
    }

    /// <summary>For each column the sum over its values, in the order of the packed bytes.</summary>
    private long[] Sums(Func<sbyte, int> term)
    {
        const int Lanes = PanelLayout.Columns * PanelLayout.ByteGroup;
        var sums = new long[Matrix.Columns];
        var packed = Values;
        int panelBytes = Matrix.ByteGroups * Lanes;
        for (int first = 0, start = 0; start < packed.Length; first += PanelLayout.Columns, start += panelBytes)
        {
            var panel = packed.Slice(start, panelBytes);
            var columns = sums.AsSpan(first, Math.Min(PanelLayout.Columns, sums.Length - first));
            for (int group = 0; group < panelBytes; group += PanelLayout.ByteGroup)
            {
                int column = group % Lanes / PanelLayout.ByteGroup;
                for (int i = 0; i < PanelLayout.ByteGroup && column < columns.Length; i++)
                {
                    columns[column] += term(panel[group + i]);
                }
            }
        }

        return sums;
    }
}
