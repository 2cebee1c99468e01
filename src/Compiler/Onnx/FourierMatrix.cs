using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The discrete Fourier transform as a matrix [positions · parts, bins · parts], parts being real and imaginary, in fp32 rounded once.
/// </summary>
internal static class FourierMatrix
{
    /// <summary>
    /// X[k] = Σ x[t]·exp(∓2πi·t·k/length), divided by the length when inverse; positions from <paramref name="length"/> on do not count.
    /// </summary>
    /// <param name="parts">1 for real input, 2 for complex.</param>
    public static Tensor Create(OnnxNode node, long positions, int parts, long length, long bins, bool inverse)
    {
        var matrix = Zeros(node, positions * parts, bins * 2);
        var elements = matrix.Writable<float>();
        for (long t = 0; t < Math.Min(positions, length); t++)
        {
            for (long k = 0; k < bins; k++)
            {
                var (sine, cosine) = Angle(t, k, length, inverse);
                long row = t * parts * bins * 2, column = k * 2;
                elements[(int)(row + column)] = (float)cosine;
                elements[(int)(row + column + 1)] = (float)sine;
                if (parts == 2)
                {
                    elements[(int)(row + (bins * 2) + column)] = (float)-sine;
                    elements[(int)(row + (bins * 2) + column + 1)] = (float)cosine;
                }
            }
        }

        return matrix;
    }

    /// <summary>The real x [length] of which bins [⌊length / 2⌋ + 1] are given: the others are their conjugates.</summary>
    public static Tensor OfHalf(OnnxNode node, long bins, long length)
    {
        var matrix = Zeros(node, bins * 2, length);
        for (long k = 0; k < Math.Min(bins, (length / 2) + 1); k++)
        {
            double weight = k == 0 || 2 * k == length ? 1 : 2;
            for (long t = 0; t < length; t++)
            {
                var (sine, cosine) = Angle(t, k, length, inverse: true);
                matrix.Writable<float>()[(int)((2 * k * length) + t)] = (float)(weight * cosine);
                matrix.Writable<float>()[(int)((((2 * k) + 1) * length) + t)] = (float)(-weight * sine);
            }
        }

        return matrix;
    }

    private static (double Sine, double Cosine) Angle(long t, long k, long length, bool inverse)
    {
        // Reduced first, so that large products keep their angle.
        var (sine, cosine) = Math.SinCos(2 * Math.PI * (t * k % length) / length);
        return inverse ? (sine / length, cosine / length) : (-sine, cosine);
    }

    private static Tensor Zeros(OnnxNode node, long rows, long columns)
    {
        node.RequireFoldable((Int128)rows * columns, ElementType.F32);
        return rows < 1 || columns < 1 ? throw node.NotSupported($"a transform of {rows} to {Counted.Format(columns, "number")}")
            : Tensor.Zeros(ElementType.F32, rows, columns);
    }
}
