using System.Numerics;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Accumulation;

/// <summary>N_i in κ_i = κ_φ(v_i)·N_i/|v_i|.</summary>
internal enum Numerator
{
    /// <summary>1: the constant is part of the tolerance.</summary>
    Dropped,

    /// <summary>‖W_i‖₂·‖h‖₂ + |b_i|: one number per row and one per channel, never below the exact one.</summary>
    RowNorm,

    /// <summary>(|W||h| + |b|)_i: as much work as the product.</summary>
    Exact,
}

/// <summary>Condition numbers of the components of v = W·h + b.</summary>
internal static class ProductCondition
{
    /// <summary>κ_φ·N/|v|: infinite for v = 0 with terms that cancel, 0 where nothing is added or the activation is constant.</summary>
    public static double Of(UnaryFunction? activation, double v, double numerator)
    {
        double activated = ActivationCondition.Of(activation, v);
        return activated == 0 || numerator == 0 ? 0 : activated * numerator / Math.Abs(v);
    }

    /// <summary>N of every component, [rows, channels]; null for <see cref="Numerator.Dropped"/>.</summary>
    public static float[]? Numerators(Numerator numerator, float[] x, PackedColumns weights, float[] bias) => numerator switch
    {
        Numerator.Dropped => null,
        Numerator.RowNorm => RowNorms(x, weights.Depth, [.. Enumerable.Range(0, weights.Channels).Select(c => Norm([.. Enumerable.Range(0, weights.Depth).Select(k => weights[k, c])]))], bias),
        _ => AbsoluteSums(x, weights, bias),
    };

    /// <summary>N of <see cref="Numerator.RowNorm"/>, [rows, channels].</summary>
    /// <param name="x">[rows, depth].</param>
    /// <param name="norms">‖W_i‖₂ of each channel.</param>
    /// <param name="bias">Of each channel.</param>
    public static float[] RowNorms(ReadOnlySpan<float> x, int depth, IReadOnlyList<double> norms, ReadOnlySpan<float> bias)
    {
        int channels = norms.Count;
        var result = new float[x.Length / depth * channels];
        for (int row = 0; row < x.Length / depth; row++)
        {
            double norm = Norm(x.Slice(row * depth, depth));
            for (int channel = 0; channel < channels; channel++)
            {
                result[(row * channels) + channel] = (float)((norms[channel] * norm) + Math.Abs(bias[channel]));
            }
        }

        return result;
    }

    /// <summary>‖x‖₂.</summary>
    public static double Norm(ReadOnlySpan<float> x)
    {
        double squares = 0;
        foreach (float element in x)
        {
            squares += (double)element * element;
        }

        return Math.Sqrt(squares);
    }

    private static float[] AbsoluteSums(float[] x, PackedColumns weights, float[] bias)
    {
        int depth = weights.Depth, channels = weights.Channels, lanes = Vector<float>.Count, width = PackedColumns.Width;
        var result = new float[x.Length / depth * channels];
        Parallel.For(0, x.Length / depth, row =>
        {
            Span<float> sums = stackalloc float[width];
            for (int panel = 0; panel < weights.Panels; panel++)
            {
                int first = panel * width, used = Math.Min(width, channels - first);
                var columns = weights.Panel(panel);
                for (int lane = 0; lane < width; lane += lanes)
                {
                    var sum = Vector<float>.Zero;
                    for (int k = 0; k < depth; k++)
                    {
                        sum += Vector.Abs(x[(row * depth) + k] * new Vector<float>(columns[((k * width) + lane)..]));
                    }

                    sum.CopyTo(sums[lane..]);
                }

                for (int channel = 0; channel < used; channel++)
                {
                    result[(row * channels) + first + channel] = sums[channel] + Math.Abs(bias[first + channel]);
                }
            }
        });
        return result;
    }
}
