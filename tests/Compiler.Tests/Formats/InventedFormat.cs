using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>
/// A format that the product does not have, in one file: signed 4 bits with a scale for each group of rows of a column, two values a byte.
/// What it takes here is what a new format takes there, besides its kernels.
/// </summary>
internal sealed class InventedFormat(int rows) : StorageFormat
{
    public const int Maximum = 7;

    public override string Id => $"s4g{rows}";

    public override string Words => $"s4 weights in groups of {rows}";

    public override string ShortWords => "int4";

    public override bool IsLossless => false;

    public override IReadOnlyList<ProductForm> Products { get; } =
        [new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 40),
            new(ActivationFormat.U8, ElementType.I32, MacsPerNanosecond: 80)];

    public override EncodedWeights Encode(WeightMatrix weights) => new Encoded(this, weights);

    public override long Bytes(long channels, long weights) =>
        (weights / 2) + (sizeof(float) * channels * (((weights / channels) + rows - 1) / rows));

    public override long PackedBytes(WeightMatrix weights) => (long)weights.Columns * weights.Rows;

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        family is not (ProductFamily.Gemm or ProductFamily.Conv) ? null : activations.IsQuantized ? "U8S4" : "S4";

    private sealed class Encoded(InventedFormat format, WeightMatrix matrix) : EncodedWeights(format, matrix)
    {
        private readonly int _rows = format.RowsOfGroup;

        public float[] Scales => field ??= LargestOverGroups();

        protected override IReadOnlyList<WeightArray> Pack()
        {
            var values = new WeightArray(ElementType.U8, (((long)Matrix.Rows * Matrix.Columns) + 1) / 2);
            var weights = new float[1];
            for (int i = 0; i < Matrix.Rows * Matrix.Columns; i++)
            {
                var (row, column) = Math.DivRem(i, Matrix.Columns);
                Matrix.Read(row, column, weights);
                Quantize(row, column, weights);
                values.Elements<byte>()[i / 2] |= (byte)(((int)weights[0] & 0xF) << (i % 2 * 4));
            }

            return [values, WeightArray.OfPanels<float>(ElementType.F32, Scales)];
        }

        protected override void Round(int row, int column, Span<float> weights)
        {
            Quantize(row, column, weights);
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] *= ScalesOf(row)[column + i];
            }
        }

        protected override void Noise(int row, int column, Span<float> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = (float)RoundingNoise.OfStep(ScalesOf(row)[column + i]);
            }
        }

        private void Quantize(int row, int column, Span<float> weights) =>
            Quantizer.Quantize(weights, ScalesOf(row).Slice(column, weights.Length), 0, -Maximum, Maximum, weights);

        private ReadOnlySpan<float> ScalesOf(int row) => Scales.AsSpan(row / _rows * Matrix.Columns, Matrix.Columns);

        private float[] LargestOverGroups()
        {
            var scales = new float[(Matrix.Rows + _rows - 1) / _rows * Matrix.Columns];
            PanelPacker.Visit(Matrix, (panel, row, lanes) =>
            {
                for (int i = 0; i < lanes.Length; i++)
                {
                    ref float scale = ref scales[(row / _rows * Matrix.Columns) + (panel * 16) + i];
                    scale = Math.Max(scale, Math.Abs(lanes[i]) / Maximum);
                }
            });
            return scales;
        }
    }

    private int RowsOfGroup => rows;
}
