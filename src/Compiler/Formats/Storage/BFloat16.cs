using System.Numerics.Tensors;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// The upper half of each weight, rounded to nearest even; kernels widen it before they multiply. Finite weights beyond the largest bf16
/// become infinite.
/// </summary>
internal sealed class BFloat16 : StorageFormat
{
    public static readonly BFloat16 Format = new();

    private BFloat16()
    {
    }

    public override string Id => "bf16";

    public override string Words => "bf16 weights";

    public override string ShortWords => "bf16";

    public override bool IsLossless => false;

    public override IReadOnlyList<ProductForm> Products { get; } = [new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 56)];

    public override EncodedWeights Encode(WeightMatrix weights) => new Encoded(weights);

    public override long Bytes(long channels, long weights) => sizeof(ushort) * weights;

    public override long PackedBytes(WeightMatrix weights) => sizeof(ushort) * PanelLayout.LengthBF16(weights.Rows, weights.Columns);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) => family switch
    {
        _ when activations.IsQuantized => null,
        ProductFamily.Activations or ProductFamily.Depthwise => null,
        ProductFamily.Recurrence => "StatesBF16",
        _ => "BF16",
    };

    public override WeightArray PackColumns(WeightMatrix weights) => ColumnPacker.PackBF16(weights);

    private sealed class Encoded(WeightMatrix matrix) : EncodedWeights(BFloat16.Format, matrix)
    {
        /// <summary>[⌈N/16⌉][⌈K/2⌉][16][2] bf16: the even row in the low half of each 32-bit lane, a missing last row zero.</summary>
        protected override IReadOnlyList<WeightArray> Pack()
        {
            // Kernels take the bits as 16-bit integers.
            var packed = new WeightArray(ElementType.U16, PanelLayout.LengthBF16(Matrix.Rows, Matrix.Columns));
            int pairs = PanelLayout.BF16Pairs(Matrix.Rows);
            PanelPacker.Visit(Matrix, (panel, row, lanes) =>
            {
                var (pair, half) = Math.DivRem(row, PanelLayout.BF16Pair);
                int start = ((panel * pairs) + pair) * PanelLayout.Columns * PanelLayout.BF16Pair;
                var at = packed.Elements<ushort>()[(start + half)..];
                for (int i = 0; i < lanes.Length; i++)
                {
                    at[i * PanelLayout.BF16Pair] = BF16.FromSingle(lanes[i]).Bits;
                }
            });
            return [packed];
        }

        protected override void Round(int row, int column, Span<float> weights)
        {
            foreach (ref float weight in weights)
            {
                weight = BF16.FromSingle(weight).ToSingle();
            }
        }

        protected override void Noise(int row, int column, Span<float> weights)
        {
            TensorPrimitives.Multiply(weights, weights, weights);
            TensorPrimitives.Multiply(weights, (float)RoundingNoise.Relative(RoundingNoise.BF16Bits), weights);
        }
    }
}
