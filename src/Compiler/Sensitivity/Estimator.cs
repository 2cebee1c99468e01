namespace MixPrec.Compiler.Sensitivity;

/// <summary>How the loss change δ of a sample follows from output error e and output gradient ∂g/∂y.</summary>
internal enum Estimator
{
    /// <summary>δ² = (Σ ∂g/∂y · e)²: with the correlations of the errors.</summary>
    Projected,

    /// <summary>δ² = Σ (∂g/∂y)² e²: errors of different elements independent.</summary>
    Fisher,
}
