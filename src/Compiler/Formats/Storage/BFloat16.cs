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

    public override bool IsTriedUnnamed => true;

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
