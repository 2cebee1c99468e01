namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Products of bfloat16 as AVX512_BF16 defines vdpbf16ps, number by number: operands rounded to nearest even, of each two the second
/// product is added first, every sum is rounded once, and subnormal numbers are zeros of their sign.
/// </summary>
internal static class Pairs
{
    public static float Sum(IEnumerable<(float X, float W)> terms)
    {
        float sum = 0;
        foreach (var pair in terms.Chunk(2))
        {
            foreach (var (x, w) in pair.Reverse())
            {
                sum = Normal(MathF.FusedMultiplyAdd(Rounded(x), Rounded(w), sum));
            }
        }

        return sum;
    }

    /// <summary>By decimal means: the nearest of the two neighbours with eight bits, and of equally near ones the even one.</summary>
    public static float Rounded(float value)
    {
        value = Normal(value);
        if (!float.IsFinite(value) || value == 0)
        {
            return value;
        }

        int exponent = MathF.ILogB(value);
        double step = Math.ScaleB(1, exponent - 7);
        return (float)(Math.Round(value / step, MidpointRounding.ToEven) * step);
    }

    private static float Normal(float value) => float.IsSubnormal(value) ? MathF.CopySign(0, value) : value;
}
