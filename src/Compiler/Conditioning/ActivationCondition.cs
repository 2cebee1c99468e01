using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Conditioning;

/// <summary>
/// κ_φ(v) = |v·φ'(v)/φ(v)|: how much an activation enlarges a relative error of its argument (arXiv 2503.15568, section 3). Where φ is
/// constant it is 0; where 0/0 stands, its limit. Formulas are written so that no part overflows or cancels for any finite v.
/// </summary>
internal static class ActivationCondition
{
    // e^v is below half a unit of 1 in double precision: what follows from 1 + e^v = 1 is exact.
    private const double Tail = -37;

    /// <param name="function">One that is fused behind a product; null for none.</param>
    public static double At(UnaryFunction? function, double v) => function?.Kind switch
    {
        null => 1,
        UnaryKind.Relu => v > 0 ? 1 : 0,
        UnaryKind.LeakyRelu => v > 0 || function.Alpha != 0 ? 1 : 0,
        UnaryKind.ThresholdedRelu => v > function.Alpha ? 1 : 0,
        UnaryKind.Clip => v > function.Alpha && v < function.Beta ? 1 : 0,
        UnaryKind.Tanh => v == 0 ? 1 : 2 * Math.Abs(v) / Math.Sinh(2 * Math.Abs(v)),
        UnaryKind.Sigmoid => Math.Abs(v) / (1 + Math.Exp(v)),
        UnaryKind.HardSigmoid => HardSigmoid(function.Alpha * v, function.Beta),
        UnaryKind.HardSwish => v >= 3 ? 1 : v <= -3 ? 0 : Math.Abs((2 * v) + 3) / (v + 3),
        UnaryKind.Gelu => Math.Abs(1 + (v * NormalHazard(v))),
        UnaryKind.GeluTanh => GeluTanh(v),
        UnaryKind.Elu or UnaryKind.Selu => v > 0 ? 1 : Exponential(-v),
        UnaryKind.Celu => v > 0 ? 1 : Exponential(-v / function.Alpha),
        UnaryKind.Softplus => v < Tail ? -v : Math.Abs(v) / ((1 + Math.Exp(-v)) * Softplus(v)),
        UnaryKind.Mish => v < Tail ? Math.Abs(1 + v) : Math.Abs(1 + (2 * v / ((1 + Math.Exp(-v)) * Math.Sinh(2 * Softplus(v))))),
        UnaryKind.Swish => SiLU(function.Alpha * v),
        UnaryKind.Softsign => 1 / (1 + Math.Abs(v)),
        _ => throw new InvalidOperationException($"{function.Kind} is no activation of a product"),
    };

    /// <summary>Whether κ is 0 on an interval, so that errors there do not matter at all.</summary>
    public static bool IsConstantSomewhere(UnaryFunction? function) =>
        function?.Kind is UnaryKind.Relu or UnaryKind.ThresholdedRelu or UnaryKind.Clip or UnaryKind.HardSigmoid or UnaryKind.HardSwish;

    /// <summary>v·σ(v), which a graph may also hold as two operations.</summary>
    public static double SiLU(double v) => Math.Abs(1 + (v / (1 + Math.Exp(v))));

    /// <summary>
    /// Softmax takes all scores s together: ∂p_i/∂s_j = p_i·(δ_ij − p_j), so that an error e_j of one score moves the probabilities by Σ_i
    /// |Δp_i| = 2·p_j·(1 − p_j)·|e_j| to first order, errors of all by at most the sum of that over j, and an attention Σ_i p_i·v_i by at
    /// most that times the largest |v_i|. This is the factor of |e_j|.
    /// </summary>
    /// <param name="probability">p_j, 0…1.</param>
    public static double Score(double probability) => 2 * probability * (1 - probability);

    private static double HardSigmoid(double scaled, double shift) =>
        scaled + shift is > 0 and < 1 ? Math.Abs(scaled / (scaled + shift)) : 0;

    /// <summary>t/(e^t − 1) for t ≥ 0, without the cancellation near 0.</summary>
    private static double Exponential(double t) => t == 0 ? 1 : t * Math.Exp(-t / 2) / (2 * Math.Sinh(Math.Min(t / 2, 700)));

    /// <summary>1 − tanh z = 2/(1 + e^2z) with z = √(2/π)·(v + 0.044715 v³).</summary>
    private static double GeluTanh(double v)
    {
        double scale = Math.Sqrt(2 / Math.PI), cubic = 0.044715 * v * v;
        double slope = v * scale * (1 + (3 * cubic));
        return Math.Abs(1 + (2 * slope / (1 + Math.Exp(2 * scale * v * (1 + cubic)))));
    }

    /// <summary>
    /// The normal density over the normal distribution function, in the lower tail by the continued fraction of Mills' ratio.
    /// </summary>
    private static double NormalHazard(double v)
    {
        if (v > -3)
        {
            return Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI) / (0.5 * (1 + ErrorFunction.Evaluate(v / Math.Sqrt(2))));
        }

        double fraction = -v;
        for (int k = 100; k > 0; k--)
        {
            fraction = -v + (k / fraction);
        }

        return fraction;
    }

    private static double Softplus(double v)
    {
        double small = Math.Exp(-Math.Abs(v));
        // The series of log(1 + x): what 1 + x would round away is all there is for very negative v.
        return Math.Max(v, 0) + (small < 1e-4 ? small * (1 - (small / 2) + (small * small / 3)) : Math.Log(1 + small));
    }
}
