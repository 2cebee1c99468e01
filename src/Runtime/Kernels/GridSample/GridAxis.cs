namespace MixPrec.Runtime.Kernels;

/// <summary>
/// One axis of a image that is sampled at positions from -1 to 1. Positions are data: whatever they are, a pixel is on the axis or
/// <see cref="Nowhere"/>.
/// </summary>
internal readonly struct GridAxis(int length, GridSampleMode mode, GridSamplePadding padding, bool alignCorners)
{
    public const int Nowhere = -1;

    /// <summary>Pixels that a position reads.</summary>
    public const int MostTaps = 4;

    private readonly float lowest = alignCorners ? 0 : -0.5f;
    private readonly float highest = alignCorners ? length - 1 : length - 0.5f;

    public int Length => length;

    public int Taps => mode switch { GridSampleMode.Nearest => 1, GridSampleMode.Linear => 2, _ => MostTaps };

    /// <summary>The pixels around <paramref name="position"/> and their weights, <see cref="Taps"/> of each.</summary>
    public void Find(float position, Span<int> pixels, Span<float> weights)
    {
        float x = alignCorners ? (position + 1) / 2 * (length - 1) : (((position + 1) * length) - 1) / 2;
        x = mode == GridSampleMode.Nearest ? MathF.Round(x, MidpointRounding.ToEven) : x;
        // The cubic's pixels are moved one by one, not their centre: a position between the edge and what lies beyond it keeps its weights.
        if ((x < lowest || x > highest) && mode != GridSampleMode.Cubic)
        {
            x = padding == GridSamplePadding.Border ? Math.Clamp(x, 0, length - 1) : padding == GridSamplePadding.Reflection
                ? Reflect(x) : x;
        }

        float floor = MathF.Floor(x), t = x - floor;
        switch (mode)
        {
            case GridSampleMode.Nearest:
                (pixels[0], weights[0]) = (Pixel(x), 1);
                break;
            case GridSampleMode.Linear:
                (pixels[0], weights[0]) = (Pixel(floor), 1 - t);
                (pixels[1], weights[1]) = (Pixel(floor + 1), t);
                break;
            default:
                (pixels[0], weights[0]) = (Pixel(floor - 1), Far(t + 1));
                (pixels[1], weights[1]) = (Pixel(floor), Near(t));
                (pixels[2], weights[2]) = (Pixel(floor + 1), Near(1 - t));
                (pixels[3], weights[3]) = (Pixel(floor + 2), Far(2 - t));
                break;
        }
    }

    private static float Near(float x) => (((1.25f * x) - 2.25f) * x * x) + 1;

    private static float Far(float x) => (((((-0.75f * x) + 3.75f) * x) - 6) * x) + 3;

    /// <summary>The conversion saturates and makes 0 of NaN, so that the comparisons see every position.</summary>
    private int Pixel(float x) => padding switch
    {
        GridSamplePadding.Border => Math.Clamp((int)x, 0, length - 1),
        GridSamplePadding.Reflection => Math.Clamp((int)Reflect(x), 0, length - 1),
        _ => x >= 0 && x <= length - 1 ? Math.Clamp((int)x, 0, length - 1) : Nowhere,
    };

    private float Reflect(float x)
    {
        float range = highest - lowest, beyond = x < lowest ? lowest - x : x - highest;
        if (!(beyond > 0) || range <= 0)
        {
            return range <= 0 ? lowest : x;
        }

        float turns = MathF.Floor(beyond / range), rest = beyond - (turns * range);
        return (x < lowest) == (turns % 2 == 0) ? lowest + rest : highest - rest;
    }
}
