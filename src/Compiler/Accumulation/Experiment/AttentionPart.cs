namespace MixPrec.Compiler.Accumulation.Experiment;

/// <summary>The two products of an attention.</summary>
[Flags]
internal enum AttentionProducts
{
    /// <summary>Queries times keys, which a softmax reads.</summary>
    Scores = 1,

    /// <summary>Probabilities times values.</summary>
    Values = 2,

    Both = Scores | Values,
}

/// <summary>A part of the experiment.</summary>
/// <param name="Emulated">What leaves fp32.</param>
/// <param name="Again">What of it a mixed scheme may recompute; the rest stays in the low accumulator.</param>
internal sealed record AttentionPart(string Name, AttentionProducts Emulated, AttentionProducts Again)
{
    public static IReadOnlyList<AttentionPart> All { get; } =
    [
        new("scores", AttentionProducts.Scores, AttentionProducts.Scores),
        new("values", AttentionProducts.Values, AttentionProducts.Values),
        new("both", AttentionProducts.Both, AttentionProducts.Both),
        new("both (scores again)", AttentionProducts.Both, AttentionProducts.Scores),
    ];

    /// <summary>From few components to many: κ of a score is at most ½·N, that of a value is N/|v|.</summary>
    public double[] Tolerances(Numerator numerator) => Again != AttentionProducts.Scores ? [16, 4, 1] : numerator == Numerator.Dropped ? [0.3, 0.1, 0.03] : [4, 1, 0.3, 0.1];
}
