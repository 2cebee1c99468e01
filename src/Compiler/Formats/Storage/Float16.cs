using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>IEEE half precision, rounded to even; kernels widen it before they multiply. What is beyond ±65504 becomes it.</summary>
internal sealed class Float16 : StorageFormat
{
    public static readonly Float16 Format = new();

    private Float16()
    {
    }

    public override string Id => "f16";

    public override string Words => "fp16 weights";

    public override string ShortWords => "fp16";

    public override bool IsLossless => false;

    public override IReadOnlyList<ProductForm> Products { get; } = [new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 52)];

    public override EncodedWeights Encode(WeightMatrix weights) => new Encoded(weights);

    public override long Bytes(long channels, long weights) => sizeof(ushort) * weights;

    public override long PackedBytes(WeightMatrix weights) => sizeof(ushort) * PanelLayout.LengthBF16(weights.Rows, weights.Columns);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) => family switch
    {
        _ when activations.IsQuantized => null,
        ProductFamily.Activations or ProductFamily.Depthwise => null,
        ProductFamily.Recurrence => "StatesF16",
        _ => "F16",
    };

    private static Half Rounded(float weight) => (Half)Math.Clamp(weight, -SmallFloat.F16.Largest, SmallFloat.F16.Largest);

    private sealed class Encoded(WeightMatrix matrix) : EncodedWeights(Float16.Format, matrix)
    {
        protected override IReadOnlyList<WeightArray> Pack() =>
            [PairPacker.Pack(Matrix, weight => BitConverter.HalfToUInt16Bits(Rounded(weight)))];

        protected override void Round(int row, int column, Span<float> weights)
        {
            foreach (ref float weight in weights)
            {
                weight = (float)Rounded(weight);
            }
        }

        protected override void Noise(int row, int column, Span<float> weights)
        {
            foreach (ref float weight in weights)
            {
                weight = (float)SmallFloat.F16.Noise(weight);
            }
        }
    }
}
