namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The scale and the zero point with which codes 0 … maximum cover an interval around 0: real = scale · (q − zero point).
/// </summary>
internal readonly struct ByteRange
{
    /// <summary>Twice the smallest normal number keeps 1 / scale finite for what is all zero or subnormal.</summary>
    public const float LeastScale = 2 * 1.17549435e-38f;

    /// <summary>Keeps scale · 255 finite; what lies beyond is cut, infinity too.</summary>
    public const float GreatestScale = float.MaxValue / 256;

    /// <param name="lowest">At most 0.</param>
    /// <param name="highest">At least 0.</param>
    /// <param name="maximum">The largest code, up to 255.</param>
    public ByteRange(float lowest, float highest, int maximum)
    {
        double low = Math.Max(lowest, float.MinValue), high = Math.Min(highest, float.MaxValue);
        Scale = Math.Clamp((float)((high - low) / maximum), LeastScale, GreatestScale);
        ZeroPoint = (int)Math.Clamp(Math.Round(-low / Scale, MidpointRounding.ToEven), 0, maximum);
    }

    public float Scale { get; }

    public int ZeroPoint { get; }
}
