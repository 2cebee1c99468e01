using System.Globalization;
using System.Numerics.Tensors;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// Signed 4 bits in [−8, 7]: a group is scaled so that its largest weight becomes −8 or 7, whichever leaves less squared error. With bytes
/// a group's sum is exact.
/// </summary>
internal sealed class Int4PerGroup : GroupFormat
{
    private readonly int _rows;

    private Int4PerGroup(int rows) => _rows = rows;

    /// <summary>Of 32, 64 and 128 rows.</summary>
    public static IReadOnlyList<Int4PerGroup> Formats { get; } = [new(32), new(64), new(128)];

    public override string Id => string.Create(CultureInfo.InvariantCulture, $"i4g{_rows}");

    public override string Words => string.Create(CultureInfo.InvariantCulture, $"s4 weights in groups of {_rows}");

    public override string ShortWords => "int4";

    public override bool IsRoundedByCalibration => true;

    public override int? Rows => _rows;

    public override string Method => "S4";

    public override IReadOnlyList<ProductForm> Products { get; } =
    [
        new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 40),
        new(ActivationFormat.U8, ElementType.I32, MacsPerNanosecond: 80),
    ];

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        family == ProductFamily.Gemm && activations.NeedsRange ? "U8S4" : base.RuntimeMethod(family, activations, accumulator);

    public override WeightCode Code => Int4Code.Instance;

    public override float[] Scales(WeightMatrix weights) => GroupScales.Of(weights, _rows, Scale);

    private float Scale(ReadOnlySpan<float> group)
    {
        float largest = TensorPrimitives.MaxMagnitude(group);
        return Code.Best(group, Usable(Math.Abs(largest) / Int4Code.Highest), Usable(largest / Int4Code.Lowest));
    }

    /// <summary>1 where bf16 has no normal number for the scale, as for a group of zeros.</summary>
    private static float Usable(float scale) => BF16Of(scale) is var stored && float.IsNormal(stored) ? stored : 1;
}
