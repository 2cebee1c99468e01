using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Conditioning;

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
    public static double At(UnaryFunction? activation, double v, double numerator)
    {
        double activated = ActivationCondition.At(activation, v);
        return activated == 0 || numerator == 0 ? 0 : activated * numerator / Math.Abs(v);
    }

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
}
