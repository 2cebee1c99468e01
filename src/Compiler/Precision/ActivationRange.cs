using System.Globalization;

namespace MixPrec.Compiler.Precision;

/// <summary>Calibrated interval of an activation; always holds 0, so that padding and ReLU are exact.</summary>
internal readonly record struct ActivationRange
{
    /// <summary>Twice the smallest normal keeps 1/scale finite for ranges that are all zero or denormal.</summary>
    private const float LeastScale = 2 * 1.17549435e-38f;

    /// <exception cref="ArgumentException">A bound is not finite or they are out of order.</exception>
    public ActivationRange(float lowest, float highest)
    {
        if (!float.IsFinite(lowest) || !float.IsFinite(highest) || lowest > highest)
        {
            throw new ArgumentException($"[{lowest}, {highest}] is no range");
        }

        Lowest = Math.Min(lowest, 0);
        Highest = Math.Max(highest, 0);
    }

    public float Lowest { get; }

    public float Highest { get; }

    /// <summary>The affine grid with codes 0…<paramref name="maximum"/> that covers the range.</summary>
    public AffineQuantization ToQuantization(int maximum)
    {
        float scale = Math.Max((float)(((double)Highest - Lowest) / maximum), LeastScale);
        int zeroPoint = (int)Math.Clamp(Math.Round(-(double)Lowest / scale, MidpointRounding.ToEven), 0, maximum);
        return new AffineQuantization(scale, zeroPoint, maximum);
    }

    /// <summary>Step of the grid with codes −127…127 around 0 that covers the range; see <see cref="WeightQuantizer.Quantize"/>.</summary>
    public float ToSymmetricScale() => Math.Max((float)(Math.Max(-(double)Lowest, Highest) / WeightQuantizer.Maximum), LeastScale);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lowest:G4}, {Highest:G4}]");
}

/// <summary>real = Scale·(code − ZeroPoint) with codes 0…Maximum; code = clamp(rint(real / Scale) + ZeroPoint).</summary>
internal readonly record struct AffineQuantization(float Scale, int ZeroPoint, int Maximum)
{
    /// <summary>The code of a real value, in the arithmetic of the kernels: fp32 division, ties to even.</summary>
    public int Quantize(float real) => (int)Math.Clamp(MathF.Round(real / Scale, MidpointRounding.ToEven) + ZeroPoint, 0, Maximum);

    public float Dequantize(int code) => Scale * (code - ZeroPoint);

    /// <summary>From the least code to the largest.</summary>
    public ActivationRange Range => new(Dequantize(0), Dequantize(Maximum));
}
