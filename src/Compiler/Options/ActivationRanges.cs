namespace MixPrec.Compiler.Options;

/// <summary>How the interval that an activation's codes cover follows from what calibration saw.</summary>
internal enum ActivationRanges
{
    /// <summary>From the smallest to the largest value.</summary>
    MinMax,

    /// <summary>All but 0.01 % of the values at either end.</summary>
    Percentile,

    /// <summary>The interval whose grid of 256 codes has the least mean squared error.</summary>
    MseOptimal,
}
