using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>
/// Weights of few bits with a scale for each group of a column, one weight at a time, as docs/weights-format.md defines them: the nearest
/// of all values that the format has.
/// </summary>
/// <param name="id">Of the format.</param>
/// <param name="tensor">All weights.</param>
internal sealed class GroupReference(string id, IReadOnlyList<float> tensor)
{
    private readonly (double Value, int Code)[] _values = id switch
    {
        "e4m3" => Floats(4, 3, 0x7E),
        "e5m2" => Floats(5, 2, 0x7B),
        "mxfp4" or "nvfp4" => Floats(2, 1, 7),
        "i4g32" or "i4g64" or "i4g128" => [.. Enumerable.Range(-8, 16).Select(v => ((double)v, v))],
        _ => throw new NotSupportedException(id),
    };

    /// <summary>Weights of a group; null for all of a column.</summary>
    public int? Rows => id switch { "e4m3" or "e5m2" => null, "nvfp4" => 16, "mxfp4" => 32, _ => int.Parse(id[3..]) };

    /// <summary>Of 4 or 8 bits; a float's sign is its highest bit.</summary>
    public double Number(int code) => id.StartsWith('i') ? code < 8 ? code : code - 16
        : code >= (Rows is null ? 128 : 8) ? -Number(code - (Rows is null ? 128 : 8)) : _values.First(v => v.Code == code).Value;

    /// <summary>Of two candidates the first unless the second leaves less squared error.</summary>
    public float Scale(IReadOnlyList<float> group)
    {
        float farthest = 0;
        foreach (float weight in group)
        {
            if (Math.Abs(weight) > Math.Abs(farthest) || (Math.Abs(weight) == Math.Abs(farthest) && weight > farthest))
            {
                farthest = weight;
            }
        }

        float size = Math.Abs(farthest);
        var (one, other) = id switch
        {
            "e4m3" => (Usable(size / 448), Usable(size / 448)),
            "e5m2" => (Usable(size / 57344), Usable(size / 57344)),
            "mxfp4" => (Power(size, 4), Power(size, 2)),
            "nvfp4" => (OfEightBits(size / 6), OfEightBits(size / 4)),
            _ => (Usable(size / 7), Usable(farthest / -8)),
        };
        return Error(group, other) < Error(group, one) ? other : one;
    }

    /// <summary>In units of the scale; of two as near the one whose code is even.</summary>
    public float Round(float weight, float scale)
    {
        double x = weight / scale;
        return (float)_values.MinBy(v => (Math.Abs(v.Value - x), v.Code & 1)).Value;
    }

    private static (double Value, int Code)[] Floats(int exponentBits, int significandBits, int largest)
    {
        int bias = (1 << (exponentBits - 1)) - 1;
        double Of(int code)
        {
            int exponent = code >> significandBits;
            double significand = (code & ((1 << significandBits) - 1)) / (double)(1 << significandBits);
            return exponent == 0 ? significand * Math.Pow(2, 1 - bias) : (1 + significand) * Math.Pow(2, exponent - bias);
        }

        return [.. Enumerable.Range(0, largest + 1).SelectMany(code => new[] { (Of(code), code), (-Of(code), code) })];
    }

    private static float Usable(float scale) =>
        BF16.FromSingle(scale).ToSingle() is var stored && float.IsNormal(stored) ? stored : 1;

    /// <summary>The power of two with which the weight is at least <paramref name="least"/> and less than twice that.</summary>
    private static float Power(float size, double least)
    {
        double power = size == 0 ? least / 4 : 1;
        while (size != 0 && size / power >= 2 * least)
        {
            power *= 2;
        }

        while (size != 0 && size / power < least)
        {
            power /= 2;
        }

        return (float)(size == 0 ? 1 : power);
    }

    /// <summary>The nearest E4M3 but 0, in units: the least power of two with which the largest weight of all is at most 6 · 448.</summary>
    private float OfEightBits(float scale)
    {
        double unit = 1, largest = tensor.Max(Math.Abs);
        while (largest / unit > 6 * 448)
        {
            unit *= 2;
        }

        while (largest != 0 && largest / (unit / 2) <= 6 * 448)
        {
            unit /= 2;
        }

        var values = Floats(4, 3, 0x7E).Where(v => v.Value > 0);
        return (float)(values.MinBy(v => (Math.Abs(v.Value - (scale / unit)), v.Code & 1)).Value * unit);
    }

    private double Error(IReadOnlyList<float> group, float scale) => group.Sum(w => Math.Pow(w - ((double)scale * Round(w, scale)), 2));
}
