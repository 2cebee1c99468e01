using System.Globalization;
using MixPrec.Compiler.Conditioning;

namespace MixPrec.Experiments.Accumulation;

/// <summary>What one scheme did on one network: a row of the table.</summary>
/// <param name="Low">The low format; empty for fp32.</param>
/// <param name="Accuracy">Share of labels that are met.</param>
/// <param name="Agreement">Share of images with the class of fp32.</param>
/// <param name="Recomputed">ρ: share of multiply-adds whose component is of the high accumulator.</param>
internal sealed record Outcome(string Network, int Images, string Low, bool Scaled, string Scheme, string Numerator, double? Tolerance,
    double Accuracy, double Agreement, double Recomputed, double Cost)
{
    public const string Heading = "network,images,low,scaled,scheme,numerator,tolerance,accuracy,agreement,recomputed,cost\n";

    public string Row => string.Create(CultureInfo.InvariantCulture, $"{Network},{Images},{Low},{(Scaled ? "yes" : "no")},{Scheme},{Numerator},{Tolerance},{Accuracy:F4},{Agreement:F4},{Recomputed:F4},{Cost:F4}\n");
}
