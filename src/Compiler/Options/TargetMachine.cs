using MixPrec.Compiler.Formats;
using MixPrec.Diagnostics;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Compiler.Options;

/// <summary>
/// The instruction set that a plan is for. Times are measured by running code, so the machine that plans must have it; its kernels are then
/// forced to it while parts are timed and plans are verified (docs/decisions/0521). A build from a lock file asks nothing: it takes
/// decisions, whoever made them.
/// </summary>
internal static class TargetMachine
{
    private const string Variable = "MIXPREC_ISA";

    /// <summary>
    /// Forces the kernels of this process where nothing else does; called before any of them runs. What cannot be forced is left to
    /// <see cref="Require"/>.
    /// </summary>
    public static void Enter(string? target)
    {
        if (SetOf(target) is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            Environment.SetEnvironmentVariable(Variable, target!.ToLowerInvariant());
        }
    }

    /// <exception cref="MixPrecException">MXP1023: no set of this machine has that name. MXP1030: the kernels of this process are of
    /// another. MXP1031: they cannot be chosen.</exception>
    public static void Require(CompilerOptions options)
    {
        try
        {
            KernelChoice.Require();
        }
        catch (PlatformNotSupportedException refused)
        {
            throw new MixPrecException(DiagnosticCatalog.KernelUnavailable, options.Model, refused.Message);
        }

        // With a timing table nothing is timed, and the table says which set it is of.
        if (options.TargetIsa is not { Length: > 0 } wanted || options.TimingTable is not null)
        {
            return;
        }

        var set = SetOf(wanted) ?? throw new MixPrecException(
            DiagnosticCatalog.TargetIsaElsewhere, options.Model, wanted, string.Join(", ", InstructionSets.Available).ToLowerInvariant());
        if (InstructionSets.Forced != set)
        {
            string own = InstructionSets.Forced is { } forced ? forced.ToString().ToLowerInvariant() : "all that this machine has";
            throw new MixPrecException(DiagnosticCatalog.TargetIsaTooLate, options.Model, wanted, own);
        }
    }

    /// <summary>What the times of a plan leave out.</summary>
    public static IEnumerable<Diagnostic> Warnings(CompilerOptions options)
    {
        if (options.Threads > Environment.ProcessorCount && options.Objective == Objective.Time && options.TimingTable is null)
        {
            yield return Diagnostic.Create(DiagnosticCatalog.MoreThreadsThanProcessors, options.Model,
                options.ClassName, options.Threads, Environment.ProcessorCount);
        }
    }

    /// <summary>
    /// What is worth measuring: activations in bf16 are left out where no instruction multiplies them, and for a target set activations of
    /// fewer bits, and sums of 16, where its kernels compute them as they do u8 × s8 with sums of 32 bits. With a timing table it is what
    /// was not measured for it; nor is a layer's only candidate left out, which its pin decided.
    /// </summary>
    public static IReadOnlyList<PrecisionConfig> Worthwhile(CompilerOptions options, IReadOnlyList<PrecisionConfig> candidates)
    {
        bool isAny = string.IsNullOrEmpty(options.TargetIsa);
        return options.TimingTable is not null || candidates.Count < 2 ? candidates
            : Worthwhile(candidates, isAny || KernelChoice.HasSevenBitSums, isAny || KernelChoice.HasBlockSums,
                KernelChoice.HasPairProducts);
    }

    /// <inheritdoc cref="Worthwhile(CompilerOptions, IReadOnlyList{PrecisionConfig})"/>
    internal static IReadOnlyList<PrecisionConfig> Worthwhile(IReadOnlyList<PrecisionConfig> candidates, bool hasSevenBitSums,
        bool hasBlockSums, bool hasPairProducts) =>
        [.. candidates.Where(p =>
            (p.Activations != ActivationFormat.U7 || p.Accumulator != Plan.ElementType.I32 || p.Second is not null || hasSevenBitSums)
            && (p.Accumulator != Plan.ElementType.I16 || hasBlockSums)
            && (!p.RoundsActivations || hasPairProducts))];

    /// <summary>The set of this machine that has the name.</summary>
    private static InstructionSet? SetOf(string? name) =>
        InstructionSets.Available.Where(set => string.Equals(set.ToString(), name, StringComparison.OrdinalIgnoreCase))
            .Select(set => (InstructionSet?)set).FirstOrDefault();
}
