namespace MixPrec.Compiler.Options;

/// <summary>How the interval that an activation's quantized values cover follows from what calibration saw.</summary>
internal enum ActivationRanges
{
    /// <summary>From the smallest to the largest value.</summary>
    MinMax,

    /// <summary>All but 0.01 % of the values at either end.</summary>
    Percentile,

    /// <summary>The interval whose 256 quantized values have the least mean squared error.</summary>
    MseOptimal,
}
