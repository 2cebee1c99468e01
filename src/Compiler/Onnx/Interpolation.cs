namespace MixPrec.Compiler.Onnx;

/// <summary>How Resize finds a position of its output in the input, and how it weighs the neighbours there.</summary>
/// <param name="Mode">nearest, linear or cubic.</param>
/// <param name="Coordinates">The attribute coordinate_transformation_mode.</param>
/// <param name="Nearest">The attribute nearest_mode; <c>simple</c> is opset 10: the floor, and the ceiling when the image shrinks.</param>
/// <param name="CubicA">Shape of the cubic.</param>
/// <param name="ExcludeOutside">Weights outside the input are 0, the others grow to a sum of 1; else the edge continues.</param>
/// <param name="Antialias">The filter widens when the image shrinks.</param>
internal sealed record Interpolation(string Mode, string Coordinates, string Nearest, double CubicA, bool ExcludeOutside, bool Antialias)
{
    /// <summary>
    /// Where output position p lies in the input, by the formulas of the specification; the width of the output is not rounded in them.
    /// </summary>
    public double Coordinate(int p, ResizedAxis axis)
    {
        double scale = axis.Scale, width = scale * axis.Input;
        return Coordinates switch
        {
            "half_pixel" => ((p + 0.5) / scale) - 0.5,
            "pytorch_half_pixel" => axis.Output > 1 ? ((p + 0.5) / scale) - 0.5 : 0,
            "half_pixel_symmetric" => (axis.Input / 2.0 * (1 - (axis.Output / width))) + ((p + 0.5) / scale) - 0.5,
            "align_corners" => width == 1 ? 0 : p * (axis.Input - 1) / (width - 1),
            "asymmetric" => p / scale,
            "tf_half_pixel_for_nn" => (p + 0.5) / scale,
            _ => axis.Output > 1
                ? (axis.RegionStart * (axis.Input - 1)) + (p * (axis.RegionEnd - axis.RegionStart) * (axis.Input - 1) / (width - 1))
                : 0.5 * (axis.RegionStart + axis.RegionEnd) * (axis.Input - 1),
        };
    }

    /// <summary>
    /// True when a scale that is a whole number repeats every position, whatever the size: no coordinate is rounded away from its pixel.
    /// </summary>
    public bool Repeats(int times) => times == 1 && Coordinates != "tf_crop_and_resize" && Coordinates != "tf_half_pixel_for_nn"
        || (Mode == "nearest" && (Coordinates, Nearest) is ("asymmetric", "floor" or "simple")
            or ("half_pixel" or "half_pixel_symmetric", "round_prefer_floor" or "round_prefer_ceil"));

    public int NearestIndex(int p, ResizedAxis axis)
    {
        double x = Coordinate(p, axis), floor = Math.Floor(x), rest = x - floor;
        bool up = Nearest switch
        {
            "round_prefer_floor" => rest > 0.5,
            "round_prefer_ceil" => rest >= 0.5,
            "floor" => false,
            "ceil" => rest > 0,
            _ => axis.Scale < 1 && rest > 0,
        };
        return (int)Math.Clamp(up ? floor + 1 : floor, 0, axis.Input - 1);
    }

    /// <summary>The first position of the window around a coordinate, and its weights; positions may lie outside the input.</summary>
    public (long First, double[] Weights) Window(double x, double scale)
    {
        double floor = Math.Floor(x), ratio = x - floor;
        double shrink = Antialias ? Math.Min(scale, 1) : 1, reach = Mode == "cubic" ? 2 : 1;
        long start = (long)Math.Floor(-reach / shrink) + 1;
        double[] weights = [.. Enumerable.Range(0, checked((int)(2 - (2 * start)))).Select(i => Filter((start + i - ratio) * shrink))];
        double sum = Antialias ? weights.Sum() : 1;
        return ((long)floor + start, [.. weights.Select(w => w / sum)]);
    }

    /// <summary>The triangle, or Keys' cubic.</summary>
    private double Filter(double x)
    {
        x = Math.Abs(x);
        return Mode != "cubic" ? Math.Max(0, 1 - x)
            : x <= 1 ? ((((CubicA + 2) * x) - (CubicA + 3)) * x * x) + 1
            : x < 2 ? ((((CubicA * x) - (5 * CubicA)) * x) + (8 * CubicA)) * x - (4 * CubicA)
            : 0;
    }
}
