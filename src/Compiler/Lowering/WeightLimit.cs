using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary><c>MaxWeightBytes</c> against the weights as they are written, with everything that belongs to them: padding, scales, and the constants that no precision changes.</summary>
internal static class WeightLimit
{
    /// <exception cref="MixPrecException">MXP1022: the weights are larger.</exception>
    public static void Require(CompilerOptions options, ModelPlan plan)
    {
        if (options.Mode != BuildMode.Skip && plan.WeightsLength > options.MaxWeightBytes)
        {
            throw new MixPrecException(DiagnosticCatalog.WeightsOverLimit, options.Model, options.ClassName, options.MaxWeightBytes, plan.WeightsLength);
        }
    }
}
