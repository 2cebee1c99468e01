using Microsoft.Build.Framework;
using MixPrec.Tasks.Run;

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
        foreach (var file in Files.Select(file => file.GetMetadata("FullPath")))
        {
            Replay(file);
        }

        return !Log.HasLoggedErrors;
    }

    private void Replay(string file)
    {
        try
        {
            foreach (var line in DiagnosticsFile.Read(file))
            {
                Log.Log(Documentation, line);
            }
        }
        catch (Exception refused) when (Refusal.Is(refused))
        {
            Log.Log(Documentation, Refusal.LineOf(refused, file));
        }
    }
}
