namespace MixPrec.Compiler.Formats;

/// <summary>A float of few bits: sign, exponent, significand but its first bit; the smallest exponent is of subnormals too.</summary>
/// <param name="SignificandBits">Explicit ones.</param>
/// <param name="Bias">What is added to an exponent to make its code; 1 is the code of the smallest one.</param>
/// <param name="Largest">The largest finite value: what is larger becomes it.</param>
internal sealed record SmallFloat(int SignificandBits, int Bias, float Largest)
{
    public static readonly SmallFloat F16 = new(RoundingNoise.F16Bits, 15, 65504);

    /// <summary>OCP 8-bit floating point, formats E4M3 and E5M2; of the first all codes but one are finite.</summary>
    public static readonly SmallFloat E4M3 = new(RoundingNoise.E4M3Bits, 7, 448), E5M2 = new(RoundingNoise.E5M2Bits, 15, 57344);

    /// <summary>OCP microscaling FP4.</summary>
    public static readonly SmallFloat E2M1 = new(1, 1, 6);

    /// <summary>The smallest positive value.</summary>
    public float Smallest => MathF.ScaleB(1, 1 - Bias - SignificandBits);

    /// <summary>To nearest, ties to even.</summary>
    public float Round(float x)
    {
        float step = MathF.ScaleB(1, Exponent(x) - SignificandBits);
        return Math.Clamp(MathF.Round(x / step) * step, -Largest, Largest);
    }

    /// <summary>The bits of a value of this format, without its sign.</summary>
    public uint Magnitude(float value)
    {
        int exponent = Exponent(value);
        return (uint)((exponent + Bias - 1) << SignificandBits) + (uint)MathF.ScaleB(Math.Abs(value), SignificandBits - exponent);
    }

    /// <summary>E[(Round(x) − x)²] for numbers near to x: the twelfth of a step's square, or the square of what is cut off.</summary>
    public double Noise(double x) => Math.Abs(x) > Largest ? (Math.Abs(x) - Largest) * (Math.Abs(x) - Largest)
        : RoundingNoise.OfStep(Math.ScaleB(1, Exponent((float)x) - SignificandBits));

    private int Exponent(float x) => Math.Max((int)((BitConverter.SingleToUInt32Bits(x) >> 23) & 0xFF) - 127, 1 - Bias);
}
