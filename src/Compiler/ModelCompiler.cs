using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler;

/// <summary>From a model file to plan and weights: the table of contents of the compiler.</summary>
internal static class ModelCompiler
{
    /// <param name="createWeights">Called once, when there is a plan: the weights file, to be written to an empty, seekable stream.</param>
    /// <exception cref="MixPrecException">The model, the data or the options are at fault.</exception>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    public static CompilationResult Build(CompilerOptions options, Func<Stream> createWeights, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new(1, "reading the model"));
        var model = OnnxModelReader.Read(options.Model, options.Dimensions, options.Constants);
        var graph = GraphRewrites.Apply(model.Graph);
        _ = options.State.PortsOf(graph, options.Model);
        var cached = options.State.ToString().Length == 0 || options.Cache.IsNone ? CachedGraph.Of(options.Cache, graph, options.Model, options.Dimensions, options.Constants)
            : throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "Cache", options.Cache, "no State besides");
        if (options.Mode == BuildMode.Skip)
        {
            return Unmeasured(options, createWeights, model, graph, cached, PrecisionAssignment.AllFloat, [Diagnostic.Of(DiagnosticCatalog.Skipped, options.Model, options.ClassName)]);
        }

        var rules = LayerRules.Of(options, graph, Candidates.OfModel);
        if (graph.QuantizableNodes.All(n => rules.Allowed(n) is [var only] && only == PrecisionConfig.F32))
        {
            return Unmeasured(options, createWeights, model, graph, cached, PrecisionAssignment.AllFloat, []);
        }

        if (options.CalibrationData is null && !File.Exists(options.LockFile) && DecidedByModel(rules, graph) is { } own)
        {
            return Unmeasured(options, createWeights, model, graph, cached, own, []);
        }

        var subject = LockSubject.Of(options, model);
        var warnings = new List<Diagnostic>();
        if (UsableLock(options, subject, graph, warnings) is { } locked)
        {
            progress.Report(new(50, "lowering the locked plan"));
            return FromLock(options, createWeights, model, graph, cached, locked, warnings, [options.LockFile]);
        }

        if (options.CalibrationData is null)
        {
            throw new MixPrecException(DiagnosticCatalog.CalibrationMissing, options.Model, options.ClassName, string.Join(", ", graph.Inputs.Select(i => PrintableName.Of(i.Name))));
        }

        var planned = new Planner(options, graph, rules, subject, progress, cancellation).Plan();
        var files = planned.Files.ToArray();
        if (planned.Failure is { } failure)
        {
            return new CompilationResult(null, planned.Report with { Failure = new ReportFailure(failure.Description.Id, failure.Text) }, [.. warnings, .. planned.Warnings, failure], [.. model.Files, .. files], planned.Lock);
        }

        planned.Lock.Write(options.LockFile);
        var result = FromLock(options, createWeights, model, graph, cached, planned.Lock, [.. warnings, .. planned.Warnings], [.. files, options.LockFile]);
        return result with { Report = Reports.Explained(planned.Report, result.Plan!) };
    }

    /// <summary>Weights and plan depend on model, options and lock file only: a build that plans and one that finds the lock file end here alike.</summary>
    private static CompilationResult FromLock(
        CompilerOptions options, Func<Stream> createWeights, ImportedModel model, Graph graph, CachedGraph? cached, LockFile locked, IReadOnlyList<Diagnostic> diagnostics, IReadOnlyList<string> files)
    {
        using var weights = createWeights();
        var plan = Lowerer.Lower(cached?.Graph ?? graph, locked.Assignment, locked.Ranges, Lowering(options, graph, cached), weights) with { Info = LockedInfo.Of(locked, options.ErrorBudget) };
        return new CompilationResult(plan, Reports.Explained(Reports.OfLock(options, locked), plan), diagnostics, [.. model.Files, .. files], locked);
    }

    /// <summary>Nothing is left to choose: no samples are needed, and no lock file.</summary>
    private static CompilationResult Unmeasured(
        CompilerOptions options, Func<Stream> createWeights, ImportedModel model, Graph graph, CachedGraph? cached, PrecisionAssignment precisions, IReadOnlyList<Diagnostic> diagnostics)
    {
        using var weights = createWeights();
        var plan = Lowerer.Lower(cached?.Graph ?? graph, precisions, RangeTable.Empty, Lowering(options, graph, cached), weights) with { Info = LockedInfo.Unmeasured(graph, precisions, options.ErrorBudget) };
        return new CompilationResult(plan, Reports.Explained(Reports.Unmeasured(options, graph, precisions), plan), diagnostics, model.Files, null);
    }

    /// <summary>
    /// The precisions of an already quantized model when they, layers that can only be fp32 and products of activations, which stay as the model has them, are all
    /// there is; otherwise null.
    /// </summary>
    private static PrecisionAssignment? DecidedByModel(LayerRules rules, Graph graph)
    {
        var choices = graph.QuantizableNodes.ToDictionary(n => n.Name, n => n.MultipliesActivations() && rules.Allowed(n)[0] == PrecisionConfig.F32 ? PrecisionConfig.F32
            : rules.Allowed(n).Where(Candidates.Of(n).Contains).ToArray() is [var only]
            && (only == PrecisionConfig.F32 || only == Candidates.OfModel(n)) ? only : null);
        return choices.Values.All(c => c is not null) ? new(choices.ToDictionary(c => c.Key, c => c.Value!)) : null;
    }

    private static LockFile? UsableLock(CompilerOptions options, LockSubject subject, Graph graph, List<Diagnostic> warnings)
    {
        if (options.Mode == BuildMode.Update)
        {
            return null;
        }

        if (!File.Exists(options.LockFile))
        {
            return options.Mode == BuildMode.Locked ? throw new MixPrecException(DiagnosticCatalog.LockMissing, options.LockFile, options.LockFile) : null;
        }

        var locked = LockFile.Read(options.LockFile);
        if (options.Mode == BuildMode.Locked)
        {
            locked.RequireMatch(subject, graph, options.LockFile);
        }

        var differences = locked.Differences(subject, graph);
        if (differences.Count > 0)
        {
            warnings.Add(Diagnostic.Of(DiagnosticCatalog.LockReplaced, options.LockFile, options.LockFile, string.Join("; ", differences)));
            return null;
        }

        return locked;
    }

    private static LoweringOptions Lowering(CompilerOptions options, Graph graph, CachedGraph? cached) =>
        new(options.ClassName, options.Namespace, options.Access, options.WeightsMode) { States = options.State.PortsOf(graph, options.Model), Cache = cached?.Cache };
}
