using System.Numerics.Tensors;
using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// Quantized weights q of columns w that make (w − s·q)ᵀ·G·(w − s·q) small, G = XᵀX of the inputs: the squared error that the rounding of
/// the weights makes in the outputs on the samples that X holds. Weights are rounded one after another, each to the value nearest to what
/// takes the errors of those before it back as well as one weight can: with G = L·Lᵀ the error of weight k counts L[k,k]·e[k] + Σ over j
/// after k of L[j,k]·e[j], so the last is rounded first. That is Babai's nearest plane, and GPTQ's result (arXiv 2210.17323) without an
/// inverse.
/// </summary>
internal static class NearestPlane
{
    /// <summary>
    /// Share of the mean of G's diagonal that is added to the diagonal, the one that GPTQ's authors use: inputs that samples hardly show
    /// would otherwise take any error.
    /// </summary>
    public const double Damping = 0.01;

    /// <summary>Multiply-adds for a matrix of this depth and so many columns.</summary>
    public static double Cost(long depth, long columns) => ((double)depth * depth * depth / 6) + ((double)depth * depth * columns / 2);

    /// <summary>Quantized values [depth, columns], as floats; null where the samples show nothing, or G is no such matrix.</summary>
    /// <param name="gram">[depth, depth].</param>
    /// <param name="weights">[depth, columns].</param>
    /// <param name="columns">How many there are.</param>
    /// <param name="grid">What each weight may become.</param>
    public static float[]? Round(ReadOnlySpan<float> gram, ReadOnlySpan<float> weights, int columns, RoundingGrid grid)
    {
        int depth = weights.Length / columns;
        int[] order = Order(gram, depth);
        if (Factor(gram, order) is not { } factor)
        {
            return null;
        }

        var errors = new float[weights.Length];
        var quantized = new float[weights.Length];
        for (int k = depth - 1; k >= 0; k--)
        {
            int row = order[k];
            Span<float> wanted = errors.AsSpan(k * columns, columns), values = quantized.AsSpan(row * columns, columns);
            var own = weights.Slice(row * columns, columns);
            own.CopyTo(wanted);
            for (int j = k + 1; j < depth; j++)
            {
                float part = (float)(factor[(j * depth) + k] / factor[(k * depth) + k]);
                TensorPrimitives.MultiplyAdd(errors.AsSpan(j * columns, columns), part, wanted, wanted);
            }

            grid.Quantize(row, wanted, values);
            var scales = grid.ScalesOf(row, columns);
            for (int c = 0; c < columns; c++)
            {
                wanted[c] = own[c] - (scales[c] * values[c]);
            }
        }

        return quantized;
    }

    /// <summary>
    /// Rows by their input's energy, the largest last: what weighs most is rounded first, while all others can still take its error back.
    /// </summary>
    private static int[] Order(ReadOnlySpan<float> gram, int depth)
    {
        var energy = new float[depth];
        for (int k = 0; k < depth; k++)
        {
            energy[k] = gram[(k * depth) + k];
        }

        return [.. Enumerable.Range(0, depth).OrderBy(k => energy[k]).ThenByDescending(k => k)];
    }

    /// <summary>The Cholesky factor of the damped matrix in this order, row-major.</summary>
    private static double[]? Factor(ReadOnlySpan<float> gram, int[] order)
    {
        int depth = order.Length;
        double mean = 0;
        for (int k = 0; k < depth; k++)
        {
            mean += gram[(k * depth) + k] / (double)depth;
        }

        if (!(mean > 0) || !double.IsFinite(mean))
        {
            return null;
        }

        var factor = new double[depth * depth];
        for (int i = 0; i < depth; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = gram[(order[i] * depth) + order[j]] + (i == j ? Damping * mean : 0)
                    - TensorPrimitives.Dot<double>(factor.AsSpan(i * depth, j), factor.AsSpan(j * depth, j));
                if (i != j)
                {
                    factor[(i * depth) + j] = rest / factor[(j * depth) + j];
                }
                else if (rest > 0 && double.IsFinite(rest))
                {
                    factor[(i * depth) + i] = Math.Sqrt(rest);
                }
                else
                {
                    return null;
                }
            }
        }

        return factor;
    }
}
