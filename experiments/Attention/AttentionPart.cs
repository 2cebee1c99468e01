using MixPrec.Compiler.Conditioning;

namespace MixPrec.Experiments.Attention;

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
/// <param name="Absolute">Whether the condition of values, which a linear layer reads, is absolute; see <see cref="RecomputeRule"/>. That
/// of scores always is.</param>
internal sealed record AttentionPart(string Name, AttentionProducts Emulated, AttentionProducts Again, bool Absolute = false)
{
    public static IReadOnlyList<AttentionPart> All { get; } =
    [
        new("scores", AttentionProducts.Scores, AttentionProducts.Scores),
        new("values", AttentionProducts.Values, AttentionProducts.Values),
        new("values (absolute)", AttentionProducts.Values, AttentionProducts.Values, Absolute: true),
        new("both", AttentionProducts.Both, AttentionProducts.Both),
        new("both (absolute)", AttentionProducts.Both, AttentionProducts.Both, Absolute: true),
        new("both (scores again)", AttentionProducts.Both, AttentionProducts.Scores),
    ];

    /// <summary>
    /// From few components to many. κ of a score is at most ½·N; that of a value is N/|v|, or N, which is the same everywhere where it is
    /// dropped.
    /// </summary>
    public double[] Tolerances(Numerator numerator) => (Again, Absolute, numerator) switch
    {
        (AttentionProducts.Scores, _, Numerator.Dropped) => [0.3, 0.1, 0.03],
        (AttentionProducts.Scores, _, _) => [4, 1, 0.3, 0.1],
        (_, true, Numerator.Dropped) => [],
        (_, true, Numerator.RowNorm) => [16, 8, 4],
        (_, true, Numerator.Exact) => [2, 1, 0.5],
        _ => [16, 4, 1],
    };
}
