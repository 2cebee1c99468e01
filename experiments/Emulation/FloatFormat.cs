namespace MixPrec.Experiments.Emulation;

/// <summary>What the codes of the highest exponent mean.</summary>
internal enum TopExponent
{
    /// <summary>Infinity and NaN (IEEE 754).</summary>
    Reserved,

    /// <summary>Numbers, but for the highest mantissa, which is NaN; no infinity (OCP 8-bit floating point, E4M3).</summary>
    Numbers,
}

/// <summary>
/// A binary floating-point format with subnormals: sign, exponent with bias 2^(<paramref name="ExponentBits"/> − 1) − 1, mantissa. Its
/// values are held as float or double, both of which contain them.
/// </summary>
/// <param name="ExponentBits">2…8.</param>
/// <param name="MantissaBits">1…20, without the leading one.</param>
/// <param name="Saturates">An overflow gives the largest number of its sign, else infinity, or NaN where there is none.</param>
internal sealed record FloatFormat(string Name, int ExponentBits, int MantissaBits, TopExponent Top = TopExponent.Reserved,
    bool Saturates = false)
{
    /// <summary>The 8-bit format of the accumulation paper's experiments (arXiv 2503.15568): largest number 240.</summary>
    public static readonly FloatFormat E4M3Ieee = new("E4M3-IEEE", 4, 3, Saturates: true);

    /// <summary>OCP 8-bit E4M3: largest number 448.</summary>
    public static readonly FloatFormat E4M3 = new("E4M3", 4, 3, TopExponent.Numbers, Saturates: true);

    public static readonly FloatFormat E5M2 = new("E5M2", 5, 2);

    public static readonly FloatFormat F16 = new("F16", 5, 10);

    public static readonly FloatFormat BF16 = new("BF16", 8, 7);

    private int Bias { get; } = ExponentBits is >= 2 and <= 8 && MantissaBits is >= 1 and <= 20
        ? (1 << (ExponentBits - 1)) - 1
        : throw new ArgumentOutOfRangeException(nameof(ExponentBits),
            $"{ExponentBits} exponent and {MantissaBits} mantissa bits: 2…8 and 1…20 are possible");

    /// <summary>Binary exponent of the smallest normal number.</summary>
    public int LowestExponent => 1 - Bias;

    public double Largest => Top == TopExponent.Reserved
        ? (2 - Math.ScaleB(1, -MantissaBits)) * Math.ScaleB(1, Bias)
        : (2 - Math.ScaleB(1, 1 - MantissaBits)) * Math.ScaleB(1, Bias + 1);

    /// <summary>Half the distance from 1 to the next number.</summary>
    public double UnitRoundoff => Math.ScaleB(1, -MantissaBits - 1);

    /// <summary>
    /// Distance of neighbours in the binade of a finite <paramref name="magnitude"/>; below the normal numbers that of the subnormal ones.
    /// </summary>
    public double Quantum(double magnitude) =>
        Math.ScaleB(1, (magnitude == 0 ? LowestExponent : Math.Max(Math.ILogB(magnitude), LowestExponent)) - MantissaBits);

    /// <summary>The value of a code of 1 + <see cref="ExponentBits"/> + <see cref="MantissaBits"/> bits.</summary>
    public double Decode(int code)
    {
        int mantissa = code & ((1 << MantissaBits) - 1), exponent = (code >> MantissaBits) & ((1 << ExponentBits) - 1);
        double sign = code >> (MantissaBits + ExponentBits) == 0 ? 1 : -1;
        bool top = exponent == (1 << ExponentBits) - 1;
        return top && Top == TopExponent.Reserved ? (mantissa == 0 ? sign * double.PositiveInfinity : double.NaN)
            : top && mantissa == (1 << MantissaBits) - 1 ? double.NaN
            : exponent == 0 ? sign * Math.ScaleB(mantissa, LowestExponent - MantissaBits)
            : sign * Math.ScaleB((1 << MantissaBits) + mantissa, exponent - Bias - MantissaBits);
    }

    /// <summary>A magnitude on the grid of the format's quanta, as the format has it: overflow is settled here.</summary>
    public double Bounded(double magnitude) =>
        magnitude <= Largest || double.IsNaN(magnitude) ? magnitude : Saturates ? Largest : Top == TopExponent.Reserved
            ? double.PositiveInfinity : double.NaN;
}
