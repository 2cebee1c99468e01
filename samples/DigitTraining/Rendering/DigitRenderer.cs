using System.Numerics;

namespace DigitTraining.Rendering;

/// <summary>
/// Draws one distorted digit: ink of random width, softness and strength, a stray stroke now and then, sensor noise.
/// A pixel is inked by its distance to the nearest segment, which gives smooth edges without sub-pixels.
/// </summary>
internal static class DigitRenderer
{
    private static readonly (Vector2 Start, Vector2 End)[][][] Paths =
        [.. DigitStrokes.Variants.Select(variants => variants.Select(StrokePath.Flatten).ToArray())];

    /// <summary>Grey values, 0 paper to 255 ink, row by row, into <paramref name="pixels"/> of <c>size·size</c> bytes.</summary>
    public static void Render(int digit, SplitMix random, int size, Span<byte> pixels)
    {
        var variants = Paths[digit];
        var distortion = new Distortion(random);
        var segments = Array.ConvertAll(
            variants[random.Below(variants.Length)],
            segment => (Start: size * distortion.Apply(segment.Start), End: size * distortion.Apply(segment.End)));

        float radius = random.Between(0.5f, 1.7f);
        float softness = random.Between(0.7f, 1.8f);
        float strength = random.Between(0.35f, 1f);
        float noise = random.Between(0.02f, 0.2f);
        var stray = Stray(random, size);

        for (int i = 0; i < pixels.Length; i++)
        {
            var center = new Vector2(i % size + 0.5f, i / size + 0.5f);
            float distance = float.MaxValue;
            foreach (var (start, end) in segments)
            {
                distance = Math.Min(distance, SquaredDistance(center, start, end));
            }

            float ink = Ink(distance, radius, softness);
            ink = Math.Max(ink, 0.8f * Ink(SquaredDistance(center, stray.Start, stray.End), 0.6f, softness));
            pixels[i] = Quantize(strength * ink + noise * random.Normal());
        }
    }

    /// <summary>In half of the images a short line somewhere, as ink of a neighbour or a ruled line leaves; else one far outside.</summary>
    private static (Vector2 Start, Vector2 End) Stray(SplitMix random, int size)
    {
        var start = new Vector2(random.Between(0, size), random.Between(0, size));
        var end = start + size * 0.3f * new Vector2(random.Normal(), random.Normal());
        return random.Below(2) == 0 ? (start, end) : (new(-99), new(-99));
    }

    private static float Ink(float squaredDistance, float radius, float softness) =>
        Math.Clamp(0.5f + (radius - MathF.Sqrt(squaredDistance)) / softness, 0, 1);

    /// <summary>32 grey levels, as a simple scanner gives; the data files are half as large as with 256.</summary>
    private static byte Quantize(float value) => (byte)Math.Clamp(8 * MathF.Round(value * 32), 0, 255);

    private static float SquaredDistance(Vector2 point, Vector2 start, Vector2 end)
    {
        Vector2 along = end - start;
        float t = Math.Clamp(Vector2.Dot(point - start, along) / Math.Max(along.LengthSquared(), 1e-6f), 0, 1);
        return Vector2.DistanceSquared(point, start + t * along);
    }
}
