using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>
/// Four bits with a scale for each group of weights of a column, one weight at a time, as docs/weights-format.md defines them.
/// </summary>
internal static class Int4Reference
{
    /// <summary>
    /// The weight farthest from 0 becomes −8, or ±7, whichever leaves less squared error; of two that are as far the positive one
    /// counts.
    /// </summary>
    public static float Scale(IReadOnlyList<float> group)
    {
        float farthest = 0;
        foreach (float weight in group)
        {
            if (Math.Abs(weight) > Math.Abs(farthest) || (Math.Abs(weight) == Math.Abs(farthest) && weight > farthest))
            {
                farthest = weight;
            }
        }

        float seven = Usable(Math.Abs(farthest) / 7), eight = Usable(farthest / -8);
        return Error(group, eight) < Error(group, seven) ? eight : seven;
    }

    public static int Quantize(float weight, float scale) =>
        (int)Math.Clamp(MathF.Round(weight / scale, MidpointRounding.ToEven), -8, 7);

    private static float Usable(float scale) =>
        BF16.FromSingle(scale).ToSingle() is var stored && float.IsNormal(stored) ? stored : 1;

    private static double Error(IReadOnlyList<float> group, float scale) =>
        group.Sum(w => Math.Pow(w - ((double)scale * Quantize(w, scale)), 2));
}
