using System.Globalization;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats;

/// <summary>Calibrated interval of an activation; always holds 0, so that padding and ReLU are exact.</summary>
internal readonly record struct ActivationRange
{
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
        var range = new ByteRange(Lowest, Highest, maximum);
        return new QuantizationParameters(range.Scale, range.ZeroPoint, maximum);
    }

    /// <summary>The parameters with which −<paramref name="maximum"/>…<paramref name="maximum"/> around 0 cover the range.</summary>
    public QuantizationParameters Symmetric(int maximum) =>
        new(Math.Clamp((float)(Math.Max(-(double)Lowest, Highest) / maximum), ByteRange.LeastScale, ByteRange.GreatestScale), 0, maximum,
            -maximum);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lowest:G4}, {Highest:G4}]");
}
