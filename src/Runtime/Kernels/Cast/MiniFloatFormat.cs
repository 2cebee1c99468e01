using System;
using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Which codes of a small float are no finite numbers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum SpecialCodes
{
    /// <summary>None; NaN becomes negative zero.</summary>
    None,

    /// <summary>All bits set, with either sign, is NaN; there is no infinity.</summary>
    LastIsNaN,

    /// <summary>As in IEEE 754: the greatest exponent holds infinity and NaN.</summary>
    LastExponent,

    /// <summary>What would be negative zero is NaN; there is no infinity.</summary>
    NegativeZeroIsNaN,
}

/// <summary>
/// A sign, an exponent and a fraction: (-1)^sign · 2^(exponent - bias) · (1 + fraction / 2^fractionBits), and without the 1 at exponent 0,
/// which counts as 1.
/// Source: ONNX specification, operator Cast and "Float stored in 8 bits".
/// </summary>
/// <param name="ExponentBits">Bits of the exponent.</param>
/// <param name="FractionBits">Bits of the fraction; with exponent and sign 8 at most.</param>
/// <param name="Bias">The exponent of 1.</param>
/// <param name="Special">Codes that are no finite numbers.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct MiniFloatFormat(int ExponentBits, int FractionBits, int Bias, SpecialCodes Special)
{
    private int Sign => 1 << (ExponentBits + FractionBits);

    private int Infinity => Sign - (1 << FractionBits);

    /// <summary>The code of the largest number: codes of one sign are in the order of their numbers.</summary>
    private int Largest => Special switch
    {
        SpecialCodes.LastIsNaN => Sign - 2,
        SpecialCodes.LastExponent => Infinity - 1,
        _ => Sign - 1,
    };

    /// <inheritdoc cref="IFloatCode.Decode"/>
    public float Decode(byte code)
    {
        int magnitude = code & (Sign - 1);
        bool negative = (code & Sign) != 0;
        if (magnitude > Largest || (Special == SpecialCodes.NegativeZeroIsNaN && negative && magnitude == 0))
        {
            return Special == SpecialCodes.LastExponent && magnitude == Infinity
                ? (negative ? float.NegativeInfinity : float.PositiveInfinity) : float.NaN;
        }

        int exponent = magnitude >> FractionBits, fraction = magnitude & ((1 << FractionBits) - 1);
        float size = MathF.ScaleB(exponent == 0 ? fraction : fraction + (1 << FractionBits), Math.Max(exponent, 1) - Bias - FractionBits);
        return negative ? -size : size;
    }

    /// <inheritdoc cref="IFloatCode.Encode"/>
    public byte Encode(float value, bool saturate)
    {
        int sign = float.IsNegative(value) ? Sign : 0;
        if (float.IsNaN(value))
        {
            return (byte)(Special switch
            {
                SpecialCodes.None or SpecialCodes.NegativeZeroIsNaN => Sign,
                SpecialCodes.LastExponent => sign | (Infinity + (1 << (FractionBits - 1))),
                _ => sign | (Sign - 1),
            });
        }

        int magnitude = float.IsInfinity(value) ? int.MaxValue : Magnitude(value);
        if (magnitude > Largest)
        {
            return (byte)(saturate || Special == SpecialCodes.None ? sign | Largest
                : Special == SpecialCodes.LastExponent ? sign | Infinity
                : Special == SpecialCodes.NegativeZeroIsNaN ? Sign : sign | (Sign - 1));
        }

        return (byte)(magnitude == 0 && Special == SpecialCodes.NegativeZeroIsNaN ? 0 : sign | magnitude);
    }

    /// <summary>
    /// The rounded number in units of the last place above the code of its exponent: a carry runs into the exponent as it should.
    /// </summary>
    private int Magnitude(float value)
    {
        int least = 1 - Bias, exponent = value == 0 ? least : Math.Max(MathF.ILogB(value), least);
        double units = Math.ScaleB(Math.Abs((double)value), FractionBits - exponent);
        return ((exponent - least) << FractionBits) + (int)Math.Round(units, MidpointRounding.ToEven);
    }
}
