using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace MixPrec.Generator;

/// <summary>An additional file that announces a generated class.</summary>
/// <param name="Path">Full path; appears in diagnostics only.</param>
/// <param name="IsStub">No plan yet: class name, namespace and access are all that is known.</param>
internal sealed record PlanFile(string Path, bool IsStub, string Text)
{
    /// <returns>Null for every other file.</returns>
    public static PlanFile? From(AdditionalText file, AnalyzerConfigOptions options, CancellationToken cancellation)
    {
        options.TryGetValue("build_metadata.AdditionalFiles.MixPrecKind", out string? kind);
        return kind is "Plan" or "Stub" ? new PlanFile(file.Path, kind == "Stub", file.GetText(cancellation)?.ToString() ?? "") : null;
    }
}
