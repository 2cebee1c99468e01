using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Tasks.Models;
using MixPrec.Tasks.Run;

namespace MixPrec.Tasks;

/// <summary>
/// Checks the items, derives names and paths, and writes the job of each model when it differs. Runs in every build, also those an editor
/// makes
/// for itself, so it reads no model and starts nothing.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class PrepareModels : Microsoft.Build.Utilities.Task
{
    /// <summary>The <c>MixedPrecisionModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Full path of the project, which errors point to that are of no item.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Full path of the project's folder.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Full path of the folder for everything the worker writes.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Language of the project, as its targets spell it (C#, F#, VB).</summary>
    public string Language { get; set; } = "";

    /// <summary>TargetFrameworkIdentifier, such as .NETCoreApp.</summary>
    public string TargetFrameworkIdentifier { get; set; } = "";

    /// <summary>TargetFrameworkVersion, such as v10.0.</summary>
    public string TargetFrameworkVersion { get; set; } = "";

    /// <summary>LangVersion; empty where the target framework decides.</summary>
    public string LanguageVersion { get; set; } = "";

    /// <summary>Default of the metadata Namespace.</summary>
    public string RootNamespace { get; set; } = "";

    /// <summary>MixPrecMode; empty means Auto, or Locked where the build is one of a server and a lock file exists.</summary>
    public string Mode { get; set; } = "";

    /// <summary>ContinuousIntegrationBuild.</summary>
    public bool IsContinuousIntegration { get; set; }

    /// <summary>Whether others reference the project's assembly.</summary>
    public bool IsLibrary { get; set; }

    /// <summary>MixPrecMaxThreads; empty means every core.</summary>
    public string MaxThreads { get; set; } = "";

    /// <summary>MixPrecTimingSeconds; empty means the worker's own.</summary>
    public string TimingSeconds { get; set; } = "";

    /// <summary>MixPrecTimeoutSeconds.</summary>
    public string TimeoutSeconds { get; set; } = "";

    /// <summary>MixPrecMaxMemory; empty means no limit.</summary>
    public string MaxMemory { get; set; } = "";

    /// <summary>A build of the editor: faulty items are left out in silence and nothing but the stub is written.</summary>
    public bool IsDesignTime { get; set; }

    /// <summary>Files that every model depends on: the worker and the targets.</summary>
    public ITaskItem[] CommonInputs { get; set; } = [];

    /// <summary>Folder of the pages that explain the diagnostics.</summary>
    public string? Documentation { get; set; }

    /// <summary>The models with the metadata that the targets need.</summary>
    [Output]
    public ITaskItem[] Prepared { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            return Prepare();
        }
        catch (Exception refused) when (Refusal.Is(refused))
        {
            Report(Refusal.LineOf(refused, Project));
            return !Log.HasLoggedErrors;
        }
    }

    private bool Prepare()
    {
        // The engine leaves double separators in what it joins.
        OutputDirectory = Path.GetFullPath(OutputDirectory);
        var obstacles = ProjectShape.Obstacles(Language, TargetFrameworkIdentifier, TargetFrameworkVersion, LanguageVersion,
            OutputDirectory, ProjectDirectory, Project).ToArray();
        if (obstacles.Length > 0)
        {
            foreach (var obstacle in obstacles)
            {
                Report(obstacle);
            }

            return !Log.HasLoggedErrors;
        }

        var settings = new ModelSettings(
            OutputDirectory, Value(BuildProperty.Mode, Mode), IsContinuousIntegration, IsLibrary,
                Value(BuildProperty.MaxThreads, MaxThreads), Value(BuildProperty.TimingSeconds, TimingSeconds));
        Value(BuildProperty.TimeoutSeconds, TimeoutSeconds);
        Value(BuildProperty.MaxMemory, MaxMemory);
        var models = Models.Where(IsPath).Select(item => ModelItem.From(item, ProjectDirectory, RootNamespace, Report)).ToArray();
        ReportDuplicates(models);
        Directory.CreateDirectory(OutputDirectory);
        var distinct = models.GroupBy(model => model.ClassName, StringComparer.OrdinalIgnoreCase).Select(group => group.First());
        Prepared = [.. distinct.Select(model => Prepare(model, settings, shared: models.Count(other => other.Model == model.Model) > 1))];
        return !Log.HasLoggedErrors;
    }

    private TaskItem Prepare(ModelItem model, ModelSettings settings, bool shared)
    {
        var files = new ModelFiles(OutputDirectory, model.ClassName);
        var lockFile = LockFileOf(model, shared);
        ReportMissing(model, lockFile, settings);

        var job = JobFile.Format(settings.Job(model, lockFile));
        TextFile.WriteIfDifferent(files.Stub,
            JobFile.Format(new[] { "ClassName", "Namespace", "Access" }.Select(name => (name, model[name]))));
        // An editor's build runs no worker.
        if (!IsDesignTime && !Log.HasLoggedErrors)
        {
            TextFile.WriteIfDifferent(files.Job, job);
            TextFile.WriteIfDifferent(files.Sources, ModelInputs.Format(
                ModelInputs.List(model, files, lockFile, CommonInputs.Select(item => item.GetMetadata("FullPath")))));
        }

        return PreparedItem.From(model, files, settings.WeightsMode(model), lockFile, ProjectDirectory);
    }

    /// <summary>
    /// Beside the model, so that it is committed with it. It holds a plan for each set of options; earlier versions gave each of several
    /// items on one file its own, which is still taken.
    /// </summary>
    private static string LockFileOf(ModelItem model, bool shared)
    {
        if (model["LockFile"].Length > 0)
        {
            return model.PathOf("LockFile");
        }

        var own = Path.ChangeExtension(model.Model, "." + model.ClassName + ".mixprec.lock.json");
        return shared && File.Exists(own) ? own : Path.ChangeExtension(model.Model, ".mixprec.lock.json");
    }

    private void ReportMissing(ModelItem model, string lockFile, ModelSettings settings)
    {
        if (!File.Exists(model.Model))
        {
            Report(DiagnosticLine.From(
                Directory.Exists(model.Model) ? DiagnosticCatalog.NotAFile : DiagnosticCatalog.FileNotFound, model.DefinedIn, "The model",
                model.Model));
        }

        if (Directory.Exists(lockFile))
        {
            Report(DiagnosticLine.From(DiagnosticCatalog.NotAFile, model.DefinedIn, $"LockFile of '{model.ClassName}':", lockFile));
        }

        // With a lock file the worker may never open the data: a clone need not have it.
        var needsData = settings.ModeFor(lockFile) == "Update" || (settings.ModeFor(lockFile) == "Auto" && !File.Exists(lockFile));
        foreach (var metadatum in needsData ? ModelMetadata.Rows.Where(row => row.Lock == LockRole.Contents) : [])
        {
            var path = model.PathOf(metadatum.Name);
            if (path.Length > 0 && !File.Exists(path) && !Directory.Exists(path))
            {
                Report(DiagnosticLine.From(DiagnosticCatalog.FileNotFound, model.DefinedIn,
                    $"{metadatum.Name} of '{model.ClassName}':", path));
            }
        }
    }

    private void ReportDuplicates(IEnumerable<ModelItem> models)
    {
        // Case does not separate two names: their files would be one on many file systems.
        foreach (var group in models.GroupBy(model => model.ClassName, StringComparer.OrdinalIgnoreCase).Select(group => group.ToArray()))
        {
            foreach (var other in group.Skip(1))
            {
                Report(DiagnosticLine.From(DiagnosticCatalog.DuplicateClassName, other.DefinedIn, group[0].Model, other.Model,
                    other.ClassName));
            }
        }
    }

    /// <summary>The engine throws where a path is asked for that no system has.</summary>
    private bool IsPath(ITaskItem item)
    {
        var isPath = MetadataRule.File.Parse(item.ItemSpec) is not null;
        if (!isPath)
        {
            Report(DiagnosticLine.From(DiagnosticCatalog.InvalidMetadata, Project, "Include", item.ItemSpec, MetadataRule.File.Expected));
        }

        return isPath;
    }

    private string Value(BuildProperty property, string value)
    {
        var parsed = value.Trim().Length == 0 ? "" : property.Rule.Parse(value.Trim());
        if (parsed is null)
        {
            Report(DiagnosticLine.From(DiagnosticCatalog.InvalidProperty, Project, property.Name, value, property.Rule.Expected));
        }

        return parsed ?? "";
    }

    private void Report(DiagnosticLine line)
    {
        if (!IsDesignTime)
        {
            Log.Log(Documentation, line);
        }
    }
}
