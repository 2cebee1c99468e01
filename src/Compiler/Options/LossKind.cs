namespace MixPrec.Compiler.Options;

/// <summary>The loss whose error the budget bounds; one number g per sample, all computed in fp32.</summary>
internal enum LossKind
{
    /// <summary>Cross-entropy against given labels.</summary>
    CrossEntropy,

    /// <summary>Mean cross-entropy of each token against the next one of the sample.</summary>
    NextToken,

    /// <summary>Mean squared distance from given targets.</summary>
    Mse,

    /// <summary>Cross-entropy against the class that fp32 predicts: the default of classifiers without labels.</summary>
    PseudoLabel,

    /// <summary>
    /// Inner product of the outputs with random signs, so that its expected squared error is that of the outputs: the default otherwise.
    /// </summary>
    Output,
}
