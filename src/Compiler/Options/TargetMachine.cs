using MixPrec.Diagnostics;
using MixPrec.Runtime.Simd;

namespace MixPrec.Compiler.Options;

/// <summary>
/// <c>TargetIsa</c> against the machine that plans. Times are measured, so that a plan is for the instruction set that this machine's kernels choose; a name of another one would promise
/// what nothing keeps. A build from a lock file asks nothing: it takes decisions, whoever made them.
/// </summary>
internal static class TargetMachine
{
    /// <exception cref="MixPrecException">MXP1023: the option names another instruction set.</exception>
    public static void Require(CompilerOptions options)
    {
        string own = InstructionSets.Preferred.ToString().ToLowerInvariant();
        if (options.TargetIsa is { } wanted && !string.Equals(wanted, own, StringComparison.OrdinalIgnoreCase))
        {
            throw new MixPrecException(DiagnosticCatalog.TargetIsaElsewhere, options.Model, wanted, own);
        }
    }
}
