using Microsoft.Build.Framework;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Tasks.Models;
using MixPrec.Tasks.Run;

namespace MixPrec.Tasks;

/// <summary>
/// Runs the build worker for one model. What the worker found, and a crash or a timeout too, goes to the model's diagnostics file, which
/// <see cref="ReplayDiagnostics"/> logs; so this task succeeds unless it is cancelled or cannot work at all. Afterwards either the stamp,
/// the
/// plan and the weights of this job exist, or none of them.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RunWorker : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private string progress = "";

    /// <summary>Full path of the job file.</summary>
    [Required]
    public string Job { get; set; } = "";

    /// <summary>Name of the class, which names all files of the model.</summary>
    [Required]
    public string ClassName { get; set; } = "";

    /// <summary>Full path of the model.</summary>
    [Required]
    public string Model { get; set; } = "";

    /// <summary>Full path of the lock file, whether or not there is one.</summary>
    [Required]
    public string LockFile { get; set; } = "";

    /// <summary>Full path of mixprec.dll.</summary>
    [Required]
    public string Worker { get; set; } = "";

    /// <summary>Full path of the dotnet program that runs the build.</summary>
    [Required]
    public string DotNet { get; set; } = "";

    /// <summary>Full path of the folder of the project that has the model.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>
    /// Package folders in which the worker finds its libraries, separated by semicolons as NuGet gives them; new ones go to the first.
    /// </summary>
    public string PackageFolders { get; set; } = "";

    /// <summary>
    /// Properties of the project's restore, <c>NAME=VALUE</c> separated by bars: the worker fetches its libraries the same way.
    /// </summary>
    public string Restore { get; set; } = "";

    /// <summary>Run the worker even when it has answered this job: a lock file is to be written anew.</summary>
    public bool Force { get; set; }

    /// <summary>After how long the worker is stopped.</summary>
    public int TimeoutSeconds { get; set; } = 1800;

    /// <summary>MiB above which the worker is stopped; 0 for no limit.</summary>
    public int MaxMemory { get; set; }

    /// <summary>Folder of the pages that explain the diagnostics.</summary>
    public string? Documentation { get; set; }

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    public override bool Execute()
    {
        var engine = BuildEngine as IBuildEngine3;
        engine?.Yield();
        try
        {
            return Run(TimeSpan.FromSeconds(TimeoutSeconds));
        }
        catch (Exception refused) when (Refusal.Is(refused))
        {
            Log.Log(Documentation, Refusal.LineOf(refused, Model));
            return false;
        }
        catch (System.ComponentModel.Win32Exception refused)
        {
            return Failed(DiagnosticCatalog.WorkerNotStarted, $"{refused.Message.TrimEnd('.')} ('{DotNet}')");
        }
        finally
        {
            engine?.Reacquire();
        }
    }

    private bool Run(TimeSpan timeout)
    {
        var files = new ModelFiles(Path.GetDirectoryName(Job)!, ClassName);
        if (!Force && Stamp.Answers(files, File.ReadAllText(Job), ModelInputs.Prepared(files), remember: true))
        {
            return true;
        }

        using var guard = BuildGuard.Enter(files.Guard, timeout, cancellation.Token);
        if (guard is null)
        {
            return cancellation.IsCancellationRequested ? Cancelled()
                : Failed(DiagnosticCatalog.BuildBusy, ClassName, Counted.Format(TimeoutSeconds, "second"));
        }

        // Another build may have done the work meanwhile.
        var job = File.ReadAllText(Job);
        if ((guard.HadToWait || !Force) && Stamp.Answers(files, job, ModelInputs.Prepared(files), remember: false))
        {
            return true;
        }

        var before = ModelInputs.Prepared(files).Select(InputState.Glance).OfType<InputState>()
            .ToDictionary(input => input.Path, StringComparer.Ordinal);

        // An earlier plan stays while the worker runs, for the editor; without its stamp no build accepts it.
        File.Delete(files.StampFile);
        File.Delete(files.Diagnostics);
        var outcome = WorkerOutcome.Create(files, Model, StartWorker(timeout), CommandLine(), TimeoutSeconds, MaxMemory);
        if (outcome.Added is { } added && !Keep(files, added))
        {
            Log.Log(Documentation, added);
            return false;
        }

        if (!outcome.Succeeded)
        {
            files.RemoveResults();
        }

        if (outcome.IsAnswer)
        {
            Stamp.Write(files, job, outcome.Succeeded, Inputs(files, before));
        }

        return outcome.IsCancelled ? Cancelled() : true;
    }

    /// <summary>Adds a line to the diagnostics file, from which every build replays it. False where it cannot be written.</summary>
    private static bool Keep(ModelFiles files, DiagnosticLine added)
    {
        try
        {
            DiagnosticsFile.Write(files.Diagnostics, DiagnosticsFile.Read(files.Diagnostics)
                .Where(line => line.Severity != DiagnosticLine.Error).Append(added));
            return true;
        }
        catch (Exception refused) when (Refusal.Is(refused))
        {
            return false;
        }
    }

    /// <summary>What the answer is bound to. The lock file counts as it is now: the worker may have written it.</summary>
    private IEnumerable<InputState> Inputs(ModelFiles files, IReadOnlyDictionary<string, InputState> before)
    {
        var locked = ModelInputs.PlanKey(files, LockFile) is { } key ? InputState.OfPlan(LockFile, key)
            : InputState.AfterReading(LockFile, null);
        return ModelInputs.Prepared(files).Concat(ModelInputs.ReadByWorker(files)).Distinct(StringComparer.Ordinal)
            .Where(path => path != LockFile)
            .Select(path => InputState.AfterReading(path, before.TryGetValue(path, out var state) ? state : null))
                .Append(locked).OfType<InputState>();
    }

    private WorkerResult? StartWorker(TimeSpan timeout)
    {
        if (!File.Exists(Worker))
        {
            return null;
        }

        var limits = new WorkerLimits(timeout, MaxMemory > 0 ? (long)MaxMemory << 20 : null);
        return WorkerProcess.Run(DotNet, [.. Arguments(), WorkerArguments.EndWithInput], ProjectDirectory, limits, Receive,
            cancellation.Token);
    }

    private string[] Arguments() =>
    [
        "exec", Worker, WorkerArguments.Command, WorkerArguments.Job, Job,
        WorkerArguments.PackageFolders,
            string.Join(";", PackageFolders.Split(';').Select(folder => folder.Trim()).Where(Directory.Exists).Distinct()),
        .. Restore.Split('|').Select(property => property.Trim())
            .Where(property => property.Length > 0 && !property.EndsWith("=", StringComparison.Ordinal))
            .SelectMany(property => new[] { WorkerArguments.Restore, property }),
    ];

    private string CommandLine() => WorkerProcess.CommandLine(DotNet, Arguments());

    /// <summary>Progress is shown when its words change; all other output is a log.</summary>
    private void Receive(string line)
    {
        var stage = ProgressLine.Parse(line) is { } reported && reported.Words != progress ? reported : default(ProgressLine?);
        progress = stage?.Words ?? progress;
        Log.LogMessage(stage is null ? MessageImportance.Low : MessageImportance.High, "{0}",
            stage is { } s ? LogText.Line($"{ClassName}: {s.Words} ({s.Percent} %)") : LogText.Line(line));
    }

    private bool Failed(DiagnosticDescription description, params object[] arguments)
    {
        Log.Log(Documentation, description, Model, arguments);
        return false;
    }

    private bool Cancelled() => Failed(DiagnosticCatalog.WorkerCancelled, ClassName);
}
