using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Report;
using MixPrec.Plan;

namespace MixPrec.Compiler;

/// <summary>
/// From precisions to plan, weights and report. They depend on model, options and lock file only: a build that plans and one that finds
/// the lock file end here alike.
/// </summary>
/// <param name="createWeights">Called once: the weights file, to be written to an empty, seekable stream.</param>
internal sealed class BuildOutput(Network network, Func<Stream> createWeights)
{
    private readonly CompilerOptions options = network.Options;

    /// <summary>Precisions that nothing was measured for.</summary>
    public CompilationResult Lower(BuildRoute.Fixed route)
    {
        var plan = Lower(
            network.Lowered, route.Precisions, RangeTable.Empty, LockedInfo.Unmeasured(network.Graph, route.Precisions, options));
        return Limited(new(plan, Reports.Explained(Reports.Unmeasured(options, network.Graph, route.Precisions), plan, network.Graph),
            route.Diagnostics, network.Model.Files, null));
    }

    public CompilationResult Lower(BuildRoute.Locked route) => Lower(route.Plan, route.File, [], [options.LockFile]);

    /// <summary>What was decided anew. It is lowered before it is written to the lock file, which holds no plan that cannot be.</summary>
    public CompilationResult Lower(PlannedDecisions planned, BuildRoute.Planned route, CancellationToken cancellation)
    {
        if (planned.Failure is { } failure)
        {
            return new(null, planned.Report with { Failure = new ReportFailure(failure.Description.Id, failure.Text) },
                [.. planned.Warnings, failure], [.. network.Model.Files, .. planned.Files], planned.Lock);
        }

        var result = Lower(planned.Lock, route.File, planned.Warnings, [.. planned.Files, options.LockFile]);
        if (result.Plan is null)
        {
            return result with { Report = planned.Report with { Failure = result.Report.Failure } };
        }

        LockFile.Put(options.LockFile, planned.Lock, cancellation);
        return result with
        {
            Report = Reports.Explained(planned.Report, result.Plan, network.Graph) with { OtherPlans = result.Report.OtherPlans },
            Diagnostics = [.. route.Policy.Warnings, .. TargetMachine.Warnings(options), .. result.Diagnostics],
        };
    }

    private CompilationResult Lower(LockedPlan locked, LockFile file, IReadOnlyList<Diagnostic> diagnostics, IReadOnlyList<string> read)
    {
        using var constants = ChangedConstants.For(network.Lowered);
        var scaled = locked.Scaled(network.Lowered, constants)
            ?? throw new InvalidOperationException("the factors of channels do not fit the graph that is lowered");
        var plan = Lower(scaled, locked.Assignment, locked.Ranges, LockedInfo.FromPlan(locked, options));
        var report = Reports.Explained(Reports.FromLock(options, locked, file, network.Graph), plan, network.Graph);
        return Limited(new(plan, report, diagnostics, [.. network.Model.Files, .. read], locked));
    }

    private ModelPlan Lower(Graph graph, PrecisionAssignment precisions, RangeTable ranges, PlanInfo info)
    {
        using var weights = createWeights();
        var lowering = new LoweringOptions(options.ClassName, options.Namespace, options.Access, options.WeightsMode)
        {
            States = options.State.PortsOf(network.Graph, options.Model), Cache = network.Cached?.Cache, CheckFinite = options.CheckFinite,
            Threads = options.Threads,
        };
        return Lowerer.Lower(graph, precisions, ranges, lowering, weights) with { Info = info };
    }

    /// <summary>
    /// The last gate, which only the weights as they are written can pass. Like a plan that misses another one, one that misses it is kept
    /// beside the report.
    /// </summary>
    private CompilationResult Limited(CompilationResult result) => WeightLimit.Missed(options, result.Plan!) is not { } missed ? result
        : result with
        {
            Plan = null,
            Report = result.Report with { Failure = new ReportFailure(missed.Description.Id, missed.Text) },
            Diagnostics = [.. result.Diagnostics, missed],
        };
}
