namespace MixPrec.Runtime;

/// <summary>
/// What the build decided about a model and what it measured. Generated classes offer it as <c>Info</c>. Numbers that were not measured are
/// null, so that a serializer
/// can write every instance.
/// </summary>
public sealed record ModelInfo
{
    /// <summary>Name of the generated class.</summary>
    public required string Name { get; init; }

    /// <summary>Hash of the plan: 64 lower-case hexadecimal digits.</summary>
    public required string PlanHash { get; init; }

    /// <summary>The loss that errors refer to, for example <c>CrossEntropy</c>.</summary>
    public required string Loss { get; init; }

    /// <summary>The bound on the relative root mean square error of the loss that the plan obeys.</summary>
    public required double ErrorBudget { get; init; }

    /// <summary>Relative root mean square error of the loss that the sensitivities predict for this plan.</summary>
    public double? PredictedLossError { get; init; }

    /// <summary>The same, measured on held-out samples with the generated code.</summary>
    public double? MeasuredLossError { get; init; }

    /// <summary>Microseconds for one run that the timings of sub-graphs predict.</summary>
    public double? PredictedMicroseconds { get; init; }

    /// <summary>Microseconds for one run, measured with the generated code on the machine that made the plan.</summary>
    public double? MeasuredMicroseconds { get; init; }

    /// <summary>Microseconds for one run with every layer in fp32, measured on the same machine.</summary>
    public double? Float32Microseconds { get; init; }

    /// <summary>Measured time of the fp32 model divided by the measured time of this plan: above 1 is faster.</summary>
    public double? Speedup => MeasuredMicroseconds > 0 ? Float32Microseconds / MeasuredMicroseconds : null;

    /// <summary>Threads that times were measured with, and that the class is loaded for unless it is told otherwise.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The CPU that times were measured on.</summary>
    public string Machine { get; init; } = "";

    /// <summary>Everything here as a JSON object, names in camel case, what is not known as null: for health checks and logs.</summary>
    public string ToJson() => ModelInfoJson.Format(this);

    /// <summary>Layers with weights or a choice of precision, in the order they run.</summary>
    public required IReadOnlyList<LayerInfo> Layers { get; init; }
}
