using System.Globalization;
using System.Numerics;

namespace DigitTraining.Rendering;

/// <summary>A path of <see cref="DigitStrokes"/> as short straight segments, in the unit square.</summary>
internal static class StrokePath
{
    private const int PiecesPerCurve = 10;

    /// <summary>Reads the path language and flattens its curves. Lines are cut in pieces too, so that warping can bend them.</summary>
    /// <exception cref="FormatException">The path holds something else than the letters M, L, C, E and their numbers.</exception>
    public static (Vector2 Start, Vector2 End)[] Flatten(string path)
    {
        var segments = new List<(Vector2, Vector2)>();
        var words = new Queue<string>(path.Split(' '));
        Vector2 pen = default;
        while (words.TryDequeue(out string? letter))
        {
            switch (letter)
            {
                case "M":
                    pen = Point(words);
                    break;
                case "L":
                    Vector2 from = pen, to = Point(words);
                    Trace(t => Vector2.Lerp(from, to, t));
                    break;
                case "C":
                    Vector2 a = pen, b = Point(words), c = Point(words), d = Point(words);
                    Trace(t => Bezier(a, b, c, d, t));
                    break;
                case "E":
                    Vector2 center = Point(words), radius = Point(words);
                    pen = center - new Vector2(0, radius.Y);
                    Trace(t => center + radius * Direction(t));
                    break;
                default:
                    throw new FormatException($"'{letter}' is no path letter.");
            }
        }

        return [.. segments];

        void Trace(Func<float, Vector2> curve)
        {
            for (int i = 1; i <= PiecesPerCurve; i++)
            {
                Vector2 next = curve((float)i / PiecesPerCurve);
                segments.Add((pen, next));
                pen = next;
            }
        }
    }

    private static Vector2 Point(Queue<string> words) =>
        new(float.Parse(words.Dequeue(), CultureInfo.InvariantCulture), float.Parse(words.Dequeue(), CultureInfo.InvariantCulture));

    /// <summary>Clockwise from twelve o'clock, once around for t from 0 to 1.</summary>
    private static Vector2 Direction(float t) => new(MathF.Sin(2 * MathF.PI * t), -MathF.Cos(2 * MathF.PI * t));

    private static Vector2 Bezier(Vector2 a, Vector2 b, Vector2 c, Vector2 d, float t)
    {
        float s = 1 - t;
        return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    }
}
