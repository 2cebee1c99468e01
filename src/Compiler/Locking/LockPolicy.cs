using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Locking;

/// <summary>What a lock file means for a build in its mode.</summary>
/// <param name="Plan">The decisions to use; null when the model has to be calibrated.</param>
/// <param name="Refused">Why the file's plans cannot be used, in words that stand alone; empty where there are none, or one is
/// used.</param>
/// <param name="Warnings">What a build that calibrates has to say of the file when it has changed it.</param>
internal sealed record LockPolicy(LockedPlan? Plan, IReadOnlyList<Diagnostic> Warnings, string Refused = "")
{
    /// <summary>Samples are needed now, and whoever relied on the lock file learns from no missing file why.</summary>
    /// <exception cref="MixPrecException">MXP1001, MXP1004: there are none.</exception>
    public void RequireData(CompilerOptions options, Graph graph)
    {
        if (options.CalibrationData is null)
        {
            throw new MixPrecException(DiagnosticCatalog.CalibrationMissing, options.Model, options.ClassName,
                string.Join(", ", graph.Inputs.Select(i => PrintableName.Format(i.Name))), WhyNoPlan(options));
        }

        foreach (var (name, path) in new[] { ("CalibrationData", options.CalibrationData), ("ValidationData", options.ValidationData) })
        {
            if (path is not null && Refused.Length > 0 && !File.Exists(path) && !Directory.Exists(path))
            {
                throw new MixPrecException(DiagnosticCatalog.FileNotFound, path,
                    $"Calibration is needed, for {Refused}; but the {name}", path);
            }
        }
    }

    private string WhyNoPlan(CompilerOptions options) => options.Mode == BuildMode.Update
        ? "a plan is made anew whatever a lock file holds"
        : Refused.Length > 0 ? Refused
        : File.Exists(options.LockFile) ? $"the lock file '{options.LockFile}' holds no plan"
        : $"there is no lock file '{options.LockFile}'";

    /// <exception cref="MixPrecException">MXP1024: the plan was edited; MXP1101, MXP1102: the mode is Locked, and the file has no plan that
    /// matches.</exception>
    public static LockPolicy Decide(CompilerOptions options, LockFile file, LockSubject subject, Graph graph, LayerRules rules)
    {
        bool exists = file.Plans.Count > 0;
        if (options.Mode == BuildMode.Update || (!exists && options.Mode != BuildMode.Locked))
        {
            return new(null, []);
        }

        if (!exists)
        {
            throw new MixPrecException(DiagnosticCatalog.LockMissing, options.LockFile, options.LockFile);
        }

        if (file.For(subject) is { EditedFrom: not null } edited)
        {
            throw new MixPrecException(DiagnosticCatalog.PlanEdited, options.LockFile, options.LockFile, edited.Subject.Key);
        }

        var differences = file.Differences(subject, graph);
        if (differences.Count == 0 && LeftOut(file.For(subject)!, graph, rules) is { } layer)
        {
            differences = [$"it has {layer.Precision} for '{PrintableName.Format(layer.Name)}', "
                + "which Precisions, KeepFloat, Pin or the model itself leave out"];
        }

        if (differences.Count == 0)
        {
            return new(file.For(subject), []);
        }

        var description = options.Mode == BuildMode.Locked ? DiagnosticCatalog.LockStale : file.For(subject) is null
            ? DiagnosticCatalog.PlanAdded : DiagnosticCatalog.LockReplaced;
        object?[] arguments = [options.LockFile, string.Join("; ", differences)];
        return options.Mode == BuildMode.Locked ? throw new MixPrecException(description, options.LockFile, arguments)
            : new(null, [Diagnostic.Create(description, options.LockFile, arguments)],
                $"the lock file '{options.LockFile}' does not match ({string.Join("; ", differences)})");
    }

    /// <summary>
    /// A layer with a precision that no build with these options could have chosen. fp32 can always be: a plan falls back to it.
    /// </summary>
    private static LockedLayer? LeftOut(LockedPlan plan, Graph graph, LayerRules rules)
    {
        var nodes = graph.QuantizableNodes.ToDictionary(n => n.Name);
        return plan.Layers.FirstOrDefault(l => l.Precision != PrecisionConfig.F32 && !rules.Allowed(nodes[l.Name]).Contains(l.Precision));
    }
}
