using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>Weights as they are.</summary>
internal sealed class Float32 : StorageFormat
{
    public static readonly Float32 Format = new();

    private Float32()
    {
    }

    public override string Id => "f32";

    public override string Words => "fp32 weights";

    public override string ShortWords => "fp32";

    public override bool IsTriedUnnamed => true;

    public override bool IsLossless => true;

    public override IReadOnlyList<ProductForm> Products { get; } = [new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 56)];

    public override EncodedWeights Encode(WeightMatrix weights) => new Encoded(weights);

    public override long Bytes(long channels, long weights) => sizeof(float) * weights;

    public override long PackedBytes(WeightMatrix weights) => sizeof(float) * PanelLayout.LengthF32(weights.Rows, weights.Columns);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        activations.IsQuantized ? null : family == ProductFamily.Recurrence ? "StatesF32" : "F32";

    public override WeightArray PackColumns(WeightMatrix weights) => ColumnPacker.PackF32(weights);

    private sealed class Encoded(WeightMatrix matrix) : EncodedWeights(Float32.Format, matrix)
    {
        /// <summary>[⌈N/16⌉][K][16] floats.</summary>
        protected override IReadOnlyList<WeightArray> Pack()
        {
            var packed = new WeightArray(ElementType.F32, PanelLayout.LengthF32(Matrix.Rows, Matrix.Columns));
            PanelPacker.Visit(Matrix, (panel, row, lanes) =>
                lanes.CopyTo(packed.Elements<float>()[(((panel * Matrix.Rows) + row) * PanelLayout.Columns)..]));
            return [packed];
        }

        protected override void Round(int row, int column, Span<float> weights)
        {
        }

        protected override void Noise(int row, int column, Span<float> weights) => weights.Clear();
    }
}
