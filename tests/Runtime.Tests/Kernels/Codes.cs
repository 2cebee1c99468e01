namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Unsigned bytes of values by the definition, and steps between them that the last bit of a quotient decides.</summary>
internal static class Codes
{
    /// <summary>Of a third of the ties the product with the reciprocal lies on the other side.</summary>
    public static readonly float[] Steps = [0.011f, 0.0123f, 0.1243f, 0.4505f];

    /// <summary>NaN is 0.</summary>
    public static int Of(float value, float step, int zeroPoint, int last) =>
        float.IsNaN(value) ? 0 : (int)Math.Clamp(MathF.Round(value / step, MidpointRounding.ToEven) + zeroPoint, 0, last);
}
