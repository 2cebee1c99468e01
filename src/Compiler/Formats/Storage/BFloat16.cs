using System.Numerics.Tensors;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// The upper half of each weight, rounded to nearest even; kernels widen it before they multiply, or multiply pairs of it with pairs of
/// activations that are rounded alike. Finite weights beyond the largest bf16 become infinite.
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

    public override bool IsTriedUnnamed => true;

    public override bool IsLossless => false;

    /// <remarks>A pair takes the time of one product (decision 0667).</remarks>
    public override IReadOnlyList<ProductForm> Products { get; } =
    [
        new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 56),
        new(ActivationFormat.BF16, ElementType.F32, MacsPerNanosecond: 112),
    ];

    public override EncodedWeights Encode(WeightMatrix weights) => new Encoded(weights);

    public override long Bytes(long channels, long weights) => sizeof(ushort) * weights;

    public override long PackedBytes(WeightMatrix weights) => sizeof(ushort) * PanelLayout.LengthBF16(weights.Rows, weights.Columns);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) => family switch
    {
        _ when activations.IsQuantized => null,
        ProductFamily.Gemm or ProductFamily.Conv when activations == ActivationFormat.BF16 => "BF16BF16",
        _ when activations == ActivationFormat.BF16 => null,
        ProductFamily.Activations or ProductFamily.Depthwise => null,
        ProductFamily.Recurrence => "StatesBF16",
        _ => "BF16",
    };

    public override WeightArray PackColumns(WeightMatrix weights) => ColumnPacker.PackBF16(weights);

    private sealed class Encoded(WeightMatrix matrix) : EncodedWeights(BFloat16.Format, matrix)
    {
        /// <summary>A pair of activations lies within a pixel, and so must one of weights.</summary>
        public override bool Permits(ActivationFormat activations, ElementType accumulator) =>
            activations != ActivationFormat.BF16 || Matrix.Taps == 1 || Matrix.Channels % PanelLayout.BF16Pair == 0;

        protected override IReadOnlyList<WeightArray> Pack() => [PairPacker.Pack(Matrix, weight => BF16.FromSingle(weight).Bits)];

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
