namespace MixPrec.Compiler.Options;

/// <summary>How the expected squared loss change δ² of a layer and candidate is estimated.</summary>
internal enum Estimator
{
    /// <summary>δ² = (Σ ∂g/∂y · e)² with the output error e: with the correlations of the errors.</summary>
    Projected,

    /// <summary>δ² = Σ (∂g/∂y)² e²: errors of different output elements independent.</summary>
    Fisher,

    /// <summary>δ² = Σ (∂g/∂z)² E[Δz²] over the operands z, with the rounding error E[Δz²] that their formats have on average.</summary>
    Analytic,
}
