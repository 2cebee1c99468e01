using Microsoft.Build.Framework;

namespace MixPrec.Tasks;

/// <summary>
/// Logs what the worker found, in every build: also in those where the worker did not run because nothing changed. Without it a second
/// build
/// would hide an error, and <c>-warnaserror</c> would let through what it stopped before.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ReplayDiagnostics : Microsoft.Build.Utilities.Task
{
    /// <summary>The <c>.diagnostics</c> files, in the order of the models.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Folder of the pages that explain the diagnostics.</summary>
    public string? Documentation { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var line in Files.SelectMany(file => DiagnosticsFile.Read(file.GetMetadata("FullPath"))))
        {
            Log.Log(Documentation, line);
        }

        return !Log.HasLoggedErrors;
    }
}
