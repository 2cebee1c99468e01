using Microsoft.Build.Framework;
using MixPrec.Diagnostics;
using MixPrec.Tasks.Models;
using MixPrec.Tasks.Run;

namespace MixPrec.Tasks;

/// <summary>
/// One line on the plan of a model, in every build that has one: <c>CLASS: what was chosen, report: PATH</c>.
/// </summary>
/// <remarks>
/// The terminal logger prints no messages but those of the form <c>PROJECT -> PATH</c>, whose end it shows where the project ends. Other
/// loggers print every message of high importance.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class ShowSummary : Microsoft.Build.Utilities.Task
{
    /// <summary>Full path of the job file.</summary>
    [Required]
    public string Job { get; set; } = "";

    /// <summary>Name of the class.</summary>
    [Required]
    public string ClassName { get; set; } = "";

    /// <summary>Name of the project that this task runs in, which the terminal logger shows.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary>Whether the build is shown by the terminal logger.</summary>
    public bool IsTerminal { get; set; }

    /// <summary>Folder of the pages that explain the diagnostics.</summary>
    public string? Documentation { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var files = new ModelFiles(Path.GetDirectoryName(Job)!, ClassName);
        try
        {
            if (File.Exists(files.Plan) && File.Exists(files.Summary))
            {
                var line = LogText.Line($"{File.ReadAllText(files.Summary).Trim()}, report: {files.Report}");
                Log.LogMessage(MessageImportance.High, "{0}", (IsTerminal ? ProjectName + " -> " : ClassName + ": ") + line);
            }

            return true;
        }
        catch (Exception refused) when (Refusal.Is(refused))
        {
            Log.Log(Documentation, Refusal.LineOf(refused, files.Summary));
            return false;
        }
    }
}
