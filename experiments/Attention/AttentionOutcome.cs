using System.Globalization;
using MixPrec.Compiler.Conditioning;
using MixPrec.Experiments.Accumulation;

namespace MixPrec.Experiments.Attention;

/// <summary>What one scheme did: a row of the table.</summary>
/// <param name="Rule">Null for uniform accumulators.</param>
/// <param name="Recomputed">ρ: share of multiply-adds whose component is of the high accumulator; masked scores do not count.</param>
/// <param name="Cost">Of a multiply-add, with 1 for the high accumulator.</param>
internal sealed record AttentionOutcome(AttentionPart Part, string Scheme, RecomputeRule? Rule, NextTokenTally Predictions,
    double Recomputed, double Cost)
{
    public const string Heading = "part,scheme,numerator,tolerance,positions,agreement,accuracy,cross_entropy,divergence,recomputed,cost\n";

    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"{Part.Name},{Scheme},{Rule?.Numerator},{Rule?.Tolerance},{Predictions.Positions},{Predictions.Agreement:F4},{Predictions.Accuracy:F4},{Predictions.CrossEntropy:F5},{Predictions.Divergence:E3},{Recomputed:F4},{Cost:F4}\n");
}
