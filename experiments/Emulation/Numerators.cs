using System.Numerics;
using MixPrec.Compiler.Conditioning;

namespace MixPrec.Experiments.Emulation;

/// <summary>N of the components of v = W·h + b, by each of its definitions.</summary>
internal static class Numerators
{
    /// <summary>N of every component, [rows, channels]; null for <see cref="Numerator.Dropped"/>.</summary>
    public static float[]? Compute(Numerator numerator, float[] x, PackedColumns weights, float[] bias) => numerator switch
    {
        Numerator.Dropped => null,
        Numerator.RowNorm => ProductCondition.RowNorms(x, weights.Depth,
            [.. Enumerable.Range(0, weights.Channels).Select(c =>
            ProductCondition.Norm([.. Enumerable.Range(0, weights.Depth).Select(k => weights[k, c])]))], bias),
        _ => AbsoluteSums(x, weights, bias),
    };

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
