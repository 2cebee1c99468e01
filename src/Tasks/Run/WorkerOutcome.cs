using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Tasks.Models;

namespace MixPrec.Tasks.Run;

/// <summary>What a worker's end means for the build.</summary>
/// <param name="Succeeded">Plan and weights are there and no error was found.</param>
/// <param name="IsAnswer">Running the worker again on the same inputs would only say the same.</param>
/// <param name="Added">What the task has to say because the worker could not.</param>
internal sealed record WorkerOutcome(bool Succeeded, bool IsAnswer, bool IsCancelled, DiagnosticLine? Added)
{
    /// <summary>Of a process that a terminal's Ctrl+C ended.</summary>
    private const int Interrupted = 130;

    private const int ShownErrorLines = 3;

    /// <param name="model">What the user knows of all this, and what errors point to: the model's full path.</param>
    /// <param name="result">Null when the worker's file does not exist.</param>
    /// <param name="memory">MiB that it may hold; 0 without a limit.</param>
    public static WorkerOutcome Create(ModelFiles files, string model, WorkerResult? result, string commandLine, int timeoutSeconds,
        int memory = 0)
    {
        if (result is null)
        {
            return Failure(model, DiagnosticCatalog.WorkerNotStarted,
                "the file that MixPrecWorkerPath names does not exist; without the property the package brings its own");
        }

        if (result.End == WorkerEnd.TimedOut)
        {
            return Failure(model, DiagnosticCatalog.WorkerTimedOut, files.ClassName, Counted.Format(timeoutSeconds, "second"), commandLine);
        }

        if (result.End == WorkerEnd.OutOfMemory)
        {
            return Failure(model, DiagnosticCatalog.WorkerTooLarge, files.ClassName, memory, commandLine);
        }

        // A terminal sends Ctrl+C to the worker too, which may end before the build hears of it.
        if (result.End == WorkerEnd.Cancelled || result.ExitCode is WorkerExitCode.Cancelled or Interrupted)
        {
            return new(false, false, true, null);
        }

        var errors = DiagnosticsFile.Read(files.Diagnostics).Where(line => line.Severity == DiagnosticLine.Error).ToArray();
        return result.ExitCode switch
        {
            WorkerExitCode.Done when errors.Length == 0 && File.Exists(files.Plan) && File.Exists(files.Weights) =>
                new(true, true, false, null),
            WorkerExitCode.Error when errors.Length > 0 => new(false, errors.All(line => line.IsVerdict), false, null),
            WorkerExitCode.Error when LastWords(result) is { } said => new(false, false, false, said),
            _ => Crash(files, model, result, commandLine),
        };
    }

    /// <summary>The error that a worker could not write to its folder, from its standard error.</summary>
    private static DiagnosticLine? LastWords(WorkerResult result) => result.LastErrors
        .Where(line => line.StartsWith(DiagnosticLine.Error + "\tMXP", StringComparison.Ordinal))
        .Select(line => DiagnosticLine.Parse(line, "")).LastOrDefault();

    private static WorkerOutcome Crash(ModelFiles files, string model, WorkerResult result, string commandLine)
    {
        var errors = string.Join(" ", result.LastErrors);
        var last = result.ExitCode is WorkerExitCode.Done or WorkerExitCode.Error && errors.Length == 0 ? "it left no result."
            : errors.Length == 0 ? "it wrote no error."
            : string.Join(" ", result.LastErrors.Skip(result.LastErrors.Count - ShownErrorLines).Select(line => line.Trim()));
        return Failure(model, DiagnosticCatalog.WorkerCrashed, files.ClassName, result.ExitCode, last, commandLine);
    }

    private static WorkerOutcome Failure(string model, DiagnosticDescription description, params object[] arguments) =>
        new(false, false, false, DiagnosticLine.From(description, model, arguments));
}
