using System.Numerics.Tensors;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// Signed bytes around 0 with a scale for each output channel (of a product of two activations, one scale for the right-hand side): max
/// |w| / 127, or the scale that the model has. Sums are exact integers.
/// </summary>
internal sealed class Int8PerChannel : StorageFormat
{
    /// <summary>Largest quantized value; −128 is unused, so that negation is exact and pair sums stay bounded.</summary>
    public const int Maximum = sbyte.MaxValue;

    public static readonly Int8PerChannel Format = new();

    private Int8PerChannel()
    {
    }

    public override string Id => "i8";

    public override string Words => "s8 per-channel weights";

    public override string ShortWords => "int8";

    public override bool IsTriedUnnamed => true;

    public override bool IsLossless => false;

    public override bool IsRoundedByCalibration => true;

    public override IReadOnlyList<ProductForm> Products { get; } =
    [
        new(ActivationFormat.U8, ElementType.I32, MacsPerNanosecond: 218),
        new(ActivationFormat.U7, ElementType.I32, MacsPerNanosecond: 109),
        new(ActivationFormat.U8, ElementType.I16, MacsPerNanosecond: 113),
        new(ActivationFormat.U7, ElementType.I16, MacsPerNanosecond: 113),
        new(ActivationFormat.U6, ElementType.I16, MacsPerNanosecond: 113),
        new(ActivationFormat.U8Rows, ElementType.I32, MacsPerNanosecond: 218),
    ];

    public override long MaximumDepth => MatMul.MaxByteDepth;

    public override EncodedWeights Encode(WeightMatrix weights) => new Int8Weights(weights);

    /// <summary>A scale and a zero-point compensation for each channel.</summary>
    public override long Bytes(long channels, long weights) => weights + ((sizeof(float) + sizeof(int)) * channels);

    public override long PackedBytes(WeightMatrix weights) => PanelLayout.LengthS8(weights.ByteGroups, weights.Columns);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        (family, accumulator) switch
    {
        _ when !activations.IsQuantized => null,
        (ProductFamily.Gemm, ElementType.I32) when activations.HasRowScales => "U8S8Rows",
        _ when activations.HasRowScales => null,
        (ProductFamily.Recurrence, ElementType.I32) => "StatesS8",
        (ProductFamily.Gemm or ProductFamily.Conv or ProductFamily.Activations, ElementType.I32) =>
            activations.PairsFit16Bits ? "U7S8" : "U8S8",
        (ProductFamily.Depthwise, ElementType.I32) => "U8S8",
        (ProductFamily.Gemm or ProductFamily.Conv, ElementType.I16) => "U8S8Blocks",
        _ => null,
    };

    public override QuantizationParameters ActivationParameters(ActivationRange range) => range.Symmetric(Maximum);

    /// <summary>Scale of a channel whose largest |w| is known; 1 for a channel of zeros.</summary>
    public static float Scale(float largest) => largest / Maximum is var scale && float.IsNormal(scale) ? scale : 1;

    /// <summary>Scale of a channel.</summary>
    public static float Scale(ReadOnlySpan<float> channel) => Scale(channel.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(channel)));
}
