using System.Globalization;

namespace MixPrec.Compiler.Formats;

/// <summary>Calibrated interval of an activation; always holds 0, so that padding and ReLU are exact.</summary>
internal readonly record struct ActivationRange
{
    /// <summary>Twice the smallest normal keeps 1/scale finite for ranges that are all zero or denormal.</summary>
    private const float LeastScale = 2 * 1.17549435e-38f;

    /// <summary>Keeps scale · 255 finite; a wider range is cut.</summary>
    private const float GreatestScale = float.MaxValue / 256;

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

    /// <summary>The parameters with which quantized values 0…<paramref name="maximum"/> cover the range.</summary>
    public QuantizationParameters Unsigned(int maximum)
    {
        float scale = Math.Clamp((float)(((double)Highest - Lowest) / maximum), LeastScale, GreatestScale);
        int zeroPoint = (int)Math.Clamp(Math.Round(-(double)Lowest / scale, MidpointRounding.ToEven), 0, maximum);
        return new QuantizationParameters(scale, zeroPoint, maximum);
    }

    /// <summary>The parameters with which −<paramref name="maximum"/>…<paramref name="maximum"/> around 0 cover the range.</summary>
    public QuantizationParameters Symmetric(int maximum) =>
        new(Math.Clamp((float)(Math.Max(-(double)Lowest, Highest) / maximum), LeastScale, GreatestScale), 0, maximum, -maximum);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lowest:G4}, {Highest:G4}]");
}
