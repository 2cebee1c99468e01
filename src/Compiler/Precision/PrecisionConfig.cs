using System.Globalization;
using MixPrec.Plan;

namespace MixPrec.Compiler.Precision;

/// <summary>
/// A candidate for a quantizable op: storage types of its operands, accumulator type and kernel family.
/// </summary>
/// <param name="Id">Short name in metadata, plans and reports, unique and stable.</param>
/// <param name="Lhs">Type the activations are converted to.</param>
/// <param name="LhsMaximum">Largest activation code of an integer <paramref name="Lhs"/> (255, or 127 for 7 bits and 63 for 6); 0 for floats.</param>
/// <param name="Rhs">Storage type of the weights.</param>
/// <param name="Accumulator">Type of the running sum; int16 sums are added up in int32 after each block that is proven not to leave 16 bits.</param>
/// <param name="Description">The choice in words, for reports and comments in generated code.</param>
internal sealed record PrecisionConfig(string Id, ElementType Lhs, int LhsMaximum, ElementType Rhs, ElementType Accumulator, string Description)
{
    public static readonly PrecisionConfig F32 = new("f32", ElementType.F32, 0, ElementType.F32, ElementType.F32, "fp32 activations × fp32 weights → fp32");
    public static readonly PrecisionConfig BF16 = new("bf16", ElementType.F32, 0, ElementType.BF16, ElementType.F32, "fp32 activations × bf16 weights → fp32");
    public static readonly PrecisionConfig I8 = new("i8", ElementType.U8, 255, ElementType.I8, ElementType.I32, "u8 activations × s8 per-channel weights → int32");
    public static readonly PrecisionConfig I8A7 = new("i8a7", ElementType.U8, 127, ElementType.I8, ElementType.I32, "7-bit activations × s8 per-channel weights → int32");
    public static readonly PrecisionConfig I8I16 = new("i8-i16", ElementType.U8, 255, ElementType.I8, ElementType.I16, "u8 activations × s8 per-channel weights → int16 blocks → int32");
    public static readonly PrecisionConfig I8A7I16 = new("i8a7-i16", ElementType.U8, 127, ElementType.I8, ElementType.I16, "7-bit activations × s8 per-channel weights → int16 blocks → int32");
    public static readonly PrecisionConfig I8A6I16 = new("i8a6-i16", ElementType.U8, 63, ElementType.I8, ElementType.I16, "6-bit activations × s8 per-channel weights → int16 blocks → int32");

    public static readonly PrecisionConfig I8A7F32 = InTwoPasses(I8A7, F32, 0), I8A7BF16 = InTwoPasses(I8A7, BF16, 0), I8A7BF16At16 = InTwoPasses(I8A7, BF16, 16);

    /// <summary>Every candidate, fp32 first.</summary>
    public static readonly IReadOnlyList<PrecisionConfig> All = [F32, BF16, I8, I8A7, I8I16, I8A7I16, I8A6I16, I8A7F32, I8A7BF16, I8A7BF16At16];

    /// <summary>The pass that computes badly conditioned components again; null for candidates of one pass.</summary>
    public SecondPass? Second { get; private init; }

    /// <summary>True when activations are quantized, which needs a calibrated range.</summary>
    public bool QuantizesLhs => Lhs == ElementType.U8;

    public bool QuantizesRhs => Rhs == ElementType.I8;

    public static PrecisionConfig? Find(string id) => All.FirstOrDefault(p => string.Equals(p.Id, id, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => Id;

    private static PrecisionConfig InTwoPasses(PrecisionConfig low, PrecisionConfig high, float tolerance) => low with
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{low.Id}+{high.Id}@{tolerance}"),
        Description = string.Create(CultureInfo.InvariantCulture, $"{low.Description}, components of condition above {tolerance} again as {high.Description}"),
        Second = new SecondPass(low, high, tolerance),
    };
}
