using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// <c>MaxWeightBytes</c> against the weights as they are written, with everything that belongs to them: padding, scales, and the constants
/// that no precision changes.
/// </summary>
internal static class WeightLimit
{
    /// <summary>MXP1022 where the weights are larger; null where they keep the limit.</summary>
    public static Diagnostic? Missed(CompilerOptions options, ModelPlan plan) =>
        options.Mode != BuildMode.Skip && plan.WeightsLength > options.MaxWeightBytes
        ? Diagnostic.Create(DiagnosticCatalog.WeightsOverLimit, options.Model, options.ClassName, options.MaxWeightBytes,
            plan.WeightsLength) : null;
}
