using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>Where the precisions of a build come from.</summary>
internal abstract record BuildRoute
{
    /// <summary>Nothing is left to choose: no samples are needed, and no lock file.</summary>
    public sealed record Fixed(PrecisionAssignment Precisions, IReadOnlyList<Diagnostic> Diagnostics) : BuildRoute;

    /// <summary>From the lock file.</summary>
    public sealed record Locked(LockedPlan Plan, LockFile File) : BuildRoute;

    /// <summary>From calibration and measurement.</summary>
    /// <param name="Policy">What there is to say of the lock file that is replaced.</param>
    public sealed record Planned(LayerRules Rules, LockSubject Subject, LockFile File, LockPolicy Policy) : BuildRoute;

    /// <summary>The one switch over modes.</summary>
    /// <exception cref="MixPrecException">The mode is Locked and there is no plan, or one is to be made and something that it needs is
    /// not there.</exception>
    public static BuildRoute Choose(Network network)
    {
        var (options, model, graph, _) = network;
        if (options.Mode == BuildMode.Skip)
        {
            return new Fixed(PrecisionAssignment.AllFloat,
                [Diagnostic.Create(DiagnosticCatalog.Skipped, options.Model, options.ClassName)]);
        }

        var rules = LayerRules.Create(options, graph, Candidates.FromModel);
        if (graph.QuantizableNodes.All(n => rules.Allowed(n) is [var only] && only == PrecisionConfig.F32))
        {
            return new Fixed(PrecisionAssignment.AllFloat, []);
        }

        var subject = LockSubject.FromOptions(options, model);
        var file = LockFile.ReadIfExists(options.LockFile);
        if (options.CalibrationData is null && file.For(subject) is null && DecidedByModel(rules, graph) is { } own)
        {
            return new Fixed(own, []);
        }

        var policy = LockPolicy.Decide(options, file, subject, graph, rules);
        if (policy.Plan is { } plan)
        {
            return new Locked(plan, file);
        }

        policy.RequireData(options, graph);
        TargetMachine.Require(options);
        LockFile.At(options.LockFile).Require();
        return new Planned(rules, subject, file, policy);
    }

    /// <summary>
    /// The precisions of an already quantized model when they, layers that can only be fp32 and products of activations, which stay as the
    /// model has them, are all there is; otherwise null.
    /// </summary>
    private static PrecisionAssignment? DecidedByModel(LayerRules rules, Graph graph)
    {
        var choices = graph.QuantizableNodes.ToDictionary(n => n.Name, n =>
            n.MultipliesActivations() && rules.Allowed(n)[0] == PrecisionConfig.F32 ? PrecisionConfig.F32
            : rules.Allowed(n).Where(Candidates.ForNode(n).Contains).ToArray() is [var only]
            && (only == PrecisionConfig.F32 || only == Candidates.FromModel(n)) ? only : null);
        return choices.Values.All(c => c is not null) ? new(choices.ToDictionary(c => c.Key, c => c.Value!)) : null;
    }
}
