using System;
using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// A power of two from 2⁻¹²⁷ to 2¹²⁷, without sign; 255 is NaN (ONNX FLOAT8E8M0). The code is the exponent of single precision.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct E8M0 : IFloatCode
{
    private const byte NaN = 255, Largest = 254;
    private const uint Fraction = (1 << 23) - 1, Half = 1 << 22;

    static float IFloatCode.Decode(byte code) => code == NaN ? float.NaN : MathF.ScaleB(1, code - 127);

    static byte IFloatCode.Encode(float value, bool saturate, CodeRounding rounding)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value) & int.MaxValue, fraction = bits & Fraction;
        int exponent = (int)(bits >> 23);
        if (exponent == NaN)
        {
            return NaN;
        }

        // Numbers below 2⁻¹²⁶ have exponent 0 and no leading one: their half is 2⁻¹²⁷ itself, which code 0 stands for.
        bool up = rounding switch
        {
            CodeRounding.Up => fraction > (exponent == 0 ? Half : 0),
            CodeRounding.Nearest => exponent == 0 ? fraction >= Half + (Half / 2) : fraction >= Half,
            _ => false,
        };
        int code = up ? exponent + 1 : exponent;
        return (byte)(saturate ? Math.Min(code, Largest) : code);
    }
}
