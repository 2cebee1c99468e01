using System.Globalization;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// Signed 4 bits in [−8, 7] with a scale in bf16 for each group of rows of an output channel, multiplied with fp32 activations: for
/// products of few rows, which take as long as reading the weights does. A group is scaled so that its largest weight becomes −8 or 7,
/// whichever leaves less squared error.
/// </summary>
internal sealed class Int4PerGroup : StorageFormat
{
    /// <summary>The smallest and the largest quantized value.</summary>
    public const int Lowest = -8, Highest = 7;

    private Int4PerGroup(int rows)
    {
        Rows = rows;
    }

    /// <summary>Of 32, 64 and 128 rows.</summary>
    public static IReadOnlyList<Int4PerGroup> Formats { get; } = [new(32), new(64), new(128)];

    public override string Id => string.Create(CultureInfo.InvariantCulture, $"i4g{Rows}");

    public override string Words => string.Create(CultureInfo.InvariantCulture, $"s4 weights in groups of {Rows}");

    public override string ShortWords => "int4";

    public override bool IsLossless => false;

    public override bool HasGroupsOfRows => true;

    public override IReadOnlyList<ProductForm> Products { get; } = [new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 40)];

    /// <summary>Rows that have one scale.</summary>
    public int Rows { get; }

    public override EncodedWeights Encode(WeightMatrix weights) => new Int4Weights(this, weights);

    /// <summary>Half a byte for each weight, two bytes for each group of a channel.</summary>
    public override long Bytes(long channels, long weights) => channels == 0 ? 0
        : (channels * ((weights / channels) + 1) / 2) + (sizeof(ushort) * channels * (((weights / channels) + Rows - 1) / Rows));

    public override long PackedBytes(WeightMatrix weights) =>
        (long)PanelLayout.Panels(weights.Columns) * PanelLayout.PanelBytesS4(weights.Rows, Rows);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        family == ProductFamily.Gemm && !activations.IsQuantized ? "S4" : null;
}
