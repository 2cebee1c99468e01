using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Report;
using MixPrec.Plan;

namespace MixPrec.Compiler;

/// <summary>Everything a compilation answers.</summary>
/// <param name="Plan">What the generator prints; null when no plan meets the demands.</param>
/// <param name="InputFiles">Full paths of every file that was read.</param>
/// <param name="Lock">The decisions: to be written beside the model when it was calibrated anew, or kept as the best found when there is no
/// plan; null when nothing was decided.</param>
internal sealed record CompilationResult(
    ModelPlan? Plan, BuildReport Report, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> InputFiles, LockedPlan? Lock);
