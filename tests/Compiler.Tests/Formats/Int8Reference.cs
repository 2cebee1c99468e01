namespace MixPrec.Compiler.Tests.Formats;

/// <summary>
/// Signed bytes per channel, one weight at a time, as docs/weights-format.md defines them: what every faster way has to equal.
/// </summary>
internal static class Int8Reference
{
    public static float Scale(ReadOnlySpan<float> channel)
    {
        float largest = 0;
        foreach (float weight in channel)
        {
            largest = Math.Max(largest, Math.Abs(weight));
        }

        return float.IsNormal(largest / 127) ? largest / 127 : 1;
    }

    public static sbyte Quantize(float weight, float scale) =>
        (sbyte)Math.Clamp(MathF.Round(weight / scale, MidpointRounding.ToEven), -127, 127);
}
