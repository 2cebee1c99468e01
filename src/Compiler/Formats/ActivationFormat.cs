using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// How a kernel reads activations: as the floats that they are, rounded to bfloat16, or as unsigned quantized values that cover a
/// calibrated range.
/// </summary>
internal sealed class ActivationFormat
{
    public static readonly ActivationFormat F32 = new(32, "fp32", ElementType.F32, 0);

    /// <summary>Rounded by the kernel itself; no range is needed.</summary>
    public static readonly ActivationFormat BF16 = new(16, "bf16", ElementType.BF16, 0);

    public static readonly ActivationFormat U8 = new(8, "u8", ElementType.U8, byte.MaxValue);

    /// <summary>Products of two pairs cannot leave 16 bits: 127·(127 + 127) = 32258.</summary>
    public static readonly ActivationFormat U7 = new(7, "7-bit", ElementType.U8, 127);

    public static readonly ActivationFormat U6 = new(6, "6-bit", ElementType.U8, 63);

    public static readonly IReadOnlyList<ActivationFormat> All = [F32, BF16, U8, U7, U6];

    private ActivationFormat(int bits, string words, ElementType element, int maximum) =>
        (Bits, Words, Element, Maximum) = (bits, words, element, maximum);

    /// <summary>The number in ids.</summary>
    public int Bits { get; }

    /// <summary>For comments and the report.</summary>
    public string Words { get; }

    /// <summary>Type of a stored element.</summary>
    public ElementType Element { get; }

    /// <summary>Largest quantized value; 0 for floats.</summary>
    public int Maximum { get; }

    /// <summary>Whether a calibrated range is needed.</summary>
    public bool IsQuantized => Maximum > 0;

    /// <summary>Whether a sum of two products with signed bytes in −127…127 never leaves 16 bits, whatever the weights are.</summary>
    public bool PairsFit16Bits => Maximum * 2 * sbyte.MaxValue <= short.MaxValue;

    /// <exception cref="InvalidOperationException">Floats have no quantization parameters.</exception>
    public QuantizationParameters Parameters(ActivationRange range) =>
        IsQuantized ? range.Unsigned(Maximum) : throw new InvalidOperationException($"{Words} activations have no quantization parameters");

    public override string ToString() => Words;
}
