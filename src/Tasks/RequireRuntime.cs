using Microsoft.Build.Framework;
using MixPrec.Diagnostics;

namespace MixPrec.Tasks;

/// <summary>
/// Stops a build whose application would not find MixPrec.Runtime: it comes with the reference to MixPrec.Build, and <c>PrivateAssets</c>
/// there keeps it from everything that
/// uses the project's assembly, publishing included. A reference of its own to MixPrec.Runtime makes up for it.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RequireRuntime : Microsoft.Build.Utilities.Task
{
    private static readonly char[] Separators = [';', ',', ' '];
    private static readonly string[] Needed = ["all", "runtime", "compile"];

    /// <summary>Full path of the project, which the error points to.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>The project's <c>PackageReference</c> items.</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>Folder of the pages that explain the diagnostics.</summary>
    public string? Documentation { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var isPrivate = References.FirstOrDefault(reference => Is(reference, "MixPrec.Build") && IsPrivate(reference));
        if (isPrivate is not null && !References.Any(reference => Is(reference, "MixPrec.Runtime") && !IsPrivate(reference)))
        {
            Log.Log(Documentation, DiagnosticCatalog.RuntimeKeptPrivate, Project,
                $"PrivateAssets=\"{isPrivate.GetMetadata("PrivateAssets")}\"");
        }

        return !Log.HasLoggedErrors;
    }

    private static bool Is(ITaskItem reference, string id) => string.Equals(reference.ItemSpec, id, StringComparison.OrdinalIgnoreCase);

    private static bool IsPrivate(ITaskItem reference) =>
        reference.GetMetadata("PrivateAssets").Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Any(asset => Needed.Contains(asset, StringComparer.OrdinalIgnoreCase));
}
