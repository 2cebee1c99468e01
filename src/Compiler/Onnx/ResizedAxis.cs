using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>One axis of a Resize with known sizes.</summary>
/// <param name="Scale">As the formulas use it: given, or output / input.</param>
/// <param name="RegionStart">The part of the input that tf_crop_and_resize takes, in units of its size.</param>
/// <param name="RegionEnd">Its end.</param>
internal sealed record ResizedAxis(int Axis, int Input, int Output, double Scale, double RegionStart = 0, double RegionEnd = 1)
{
    /// <summary>Input positions of the nearest pixels.</summary>
    public long[] NearestIndices(Interpolation how) => [.. Enumerable.Range(0, Output).Select(p => (long)how.NearestIndex(p, this))];

    /// <summary>Output positions whose coordinate lies in the input.</summary>
    public bool[] Inside(Interpolation how) =>
        [.. Enumerable.Range(0, Output).Select(p => how.Coordinate(p, this) is var x && x >= 0 && x <= Input - 1)];

    /// <summary>Windows inside the input, all of one length: what a window has outside goes to the edge, or nowhere.</summary>
    public (Tensor Starts, Tensor Weights) Windows(Interpolation how)
    {
        var windows = new (int First, double[] Weights)[Output];
        for (int p = 0; p < Output; p++)
        {
            windows[p] = Window(how, p);
        }

        int taps = windows.Max(w => w.Weights.Length);
        var (starts, weights) = (Tensor.Zeros(ElementType.I32, Output), Tensor.Zeros(ElementType.F32, Output, taps));
        for (int p = 0; p < Output; p++)
        {
            int first = Math.Min(windows[p].First, Input - taps);
            starts.Writable<int>()[p] = first;
            for (int t = 0; t < windows[p].Weights.Length; t++)
            {
                weights.Writable<float>()[(p * taps) + windows[p].First - first + t] = (float)windows[p].Weights[t];
            }
        }

        return (starts, weights);
    }

    private (int First, double[] Weights) Window(Interpolation how, int p)
    {
        // A region may lie anywhere; those coordinates are replaced by the extrapolation value.
        double x = Math.Clamp(how.Coordinate(p, this), -1, Input);
        var (start, around) = how.Window(x, Scale);
        int first = (int)Math.Clamp(start, 0, Input - 1), end = (int)Math.Clamp(start + around.Length, first + 1, Input);
        double[] weights = new double[end - first];
        for (int i = 0; i < around.Length; i++)
        {
            long position = start + i;
            if (!how.ExcludeOutside || (position >= 0 && position < Input))
            {
                weights[Math.Clamp(position, first, end - 1) - first] += around[i];
            }
        }

        double sum = how.ExcludeOutside ? weights.Sum() : 1;
        return (first, [.. weights.Select(w => w / sum)]);
    }
}
