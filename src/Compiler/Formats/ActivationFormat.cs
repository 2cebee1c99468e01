using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// How a kernel reads activations: as the floats that they are, rounded to bfloat16, or as unsigned quantized values that cover a
/// calibrated range, or what the row of a matrix has in it.
/// </summary>
internal sealed class ActivationFormat
{
    public static readonly ActivationFormat F32 = new("32", "fp32", ElementType.F32, 0);

    /// <summary>Rounded by the kernel itself; no range is needed.</summary>
    public static readonly ActivationFormat BF16 = new("16", "bf16", ElementType.BF16, 0);

    public static readonly ActivationFormat U8 = new("8", "u8", ElementType.U8, byte.MaxValue);

    /// <summary>With the scale and the zero point that the numbers of each row ask for in the run itself.</summary>
    public static readonly ActivationFormat U8Rows = new("8r", "u8 per-row", ElementType.U8, byte.MaxValue) { HasRowScales = true };

    /// <summary>Products of two pairs cannot leave 16 bits: 127·(127 + 127) = 32258.</summary>
    public static readonly ActivationFormat U7 = new("7", "7-bit", ElementType.U8, 127);

    public static readonly ActivationFormat U6 = new("6", "6-bit", ElementType.U8, 63);

    public static readonly IReadOnlyList<ActivationFormat> All = [F32, BF16, U8, U8Rows, U7, U6];

    private ActivationFormat(string id, string words, ElementType element, int maximum) =>
        (Id, Words, Element, Maximum) = (id, words, element, maximum);

    /// <summary>The end of ids: bits, and an r for scales of rows.</summary>
    public string Id { get; }

    /// <summary>For comments and the report.</summary>
    public string Words { get; }

    /// <summary>Type of a stored element.</summary>
    public ElementType Element { get; }

    /// <summary>Largest quantized value; 0 for floats.</summary>
    public int Maximum { get; }

    public bool IsQuantized => Maximum > 0;

    /// <summary>Whether each row of a matrix has a scale and a zero point of its own, which the run finds.</summary>
    public bool HasRowScales { get; private init; }

    /// <summary>Whether a calibrated range is needed.</summary>
    public bool NeedsRange => IsQuantized && !HasRowScales;

    /// <summary>Whether a sum of two products with signed bytes in −127…127 never leaves 16 bits, whatever the weights are.</summary>
    public bool PairsFit16Bits => Maximum * 2 * sbyte.MaxValue <= short.MaxValue;

    /// <exception cref="InvalidOperationException">No range is needed.</exception>
    public QuantizationParameters Parameters(ActivationRange range) => NeedsRange ? range.Unsigned(Maximum)
        : throw new InvalidOperationException($"{Words} activations have no calibrated range");

    public override string ToString() => Words;
}
