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
        Numerator.RowNorm => RowNorms(x, weights, bias),
        _ => AbsoluteSums(x, weights, bias),
    };

    private static float[] RowNorms(float[] x, PackedColumns weights, float[] bias)
    {
        int depth = weights.Depth, channels = weights.Channels;
        double[] norms = [.. Enumerable.Range(0, channels).Select(c => Math.Sqrt(Enumerable.Range(0, depth).Sum(k => (double)weights[k, c] * weights[k, c])))];
        var result = new float[x.Length / depth * channels];
        for (int row = 0; row < x.Length / depth; row++)
        {
            double norm = 0;
            foreach (float element in x.AsSpan(row * depth, depth))
            {
                norm += (double)element * element;
            }

            norm = Math.Sqrt(norm);
            for (int channel = 0; channel < channels; channel++)
            {
                result[(row * channels) + channel] = (float)((norms[channel] * norm) + Math.Abs(bias[channel]));
            }
        }

        return result;
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
