namespace MixPrec.Runtime;

/// <summary>A sound weights file that belongs to another plan than the generated class that loads it.</summary>
public sealed class ModelWeightsMismatchException : ModelWeightsException
{
    /// <summary>Creates the exception; both hashes are 64 lower-case hexadecimal digits.</summary>
    public ModelWeightsMismatchException(string origin, string expectedPlanHash, string actualPlanHash)
        : base($"{origin} belongs to plan {actualPlanHash}, but the generated code was made for plan {expectedPlanHash}. "
            + "Rebuild, or deploy the weights that the same build wrote.")
    {
        ExpectedPlanHash = expectedPlanHash;
        ActualPlanHash = actualPlanHash;
    }

    /// <summary>The hash that the generated code carries.</summary>
    public string ExpectedPlanHash { get; }

    /// <summary>The hash that the weights file carries.</summary>
    public string ActualPlanHash { get; }
}
