using System.Globalization;
using MixPrec.Diagnostics;

namespace MixPrec.Tasks.Models;

/// <summary>
/// Whether a project can compile generated classes at all: said before minutes of calibration, not by the compiler after them.
/// </summary>
internal static class ProjectShape
{
    /// <summary>Of .NET, and of the language it brings.</summary>
    private static readonly Version OldestFramework = new(10, 0), OldestLanguage = new(13, 0);

    /// <summary>One line for each obstacle. What a project does not say (a property that is empty) is none.</summary>
    public static IEnumerable<DiagnosticLine> Obstacles(
        string language, string frameworkIdentifier, string frameworkVersion, string languageVersion, string outputDirectory,
            string projectDirectory, string project)
    {
        if (language.Length > 0 && language != "C#")
        {
            yield return DiagnosticLine.From(DiagnosticCatalog.LanguageUnsupported, project, language == "VB" ? "Visual Basic" : language);
            yield break;
        }

        if (frameworkIdentifier.Length > 0 && !(frameworkIdentifier == ".NETCoreApp" && VersionOf(frameworkVersion) >= OldestFramework))
        {
            yield return DiagnosticLine.From(DiagnosticCatalog.FrameworkTooOld, project, OldestFramework,
                NameOf(frameworkIdentifier, frameworkVersion.TrimStart('v', 'V')));
            yield break;
        }

        if (VersionOf(languageVersion) is { } version && version < OldestLanguage)
        {
            yield return DiagnosticLine.From(DiagnosticCatalog.LanguageTooOld, project, OldestLanguage, languageVersion);
        }

        if (CompilerPath.Obstacle(CompilerPath.FromPath(outputDirectory, projectDirectory)) is { } character)
        {
            yield return DiagnosticLine.From(DiagnosticCatalog.FolderUnusable, project, outputDirectory, character);
        }
    }

    /// <summary>As it is written in TargetFramework.</summary>
    private static string NameOf(string identifier, string version) => identifier switch
    {
        ".NETCoreApp" => (VersionOf(version)?.Major >= 5 ? "net" : "netcoreapp") + version,
        ".NETStandard" => "netstandard" + version,
        ".NETFramework" => ".NET Framework " + version,
        _ => identifier + " " + version,
    };

    /// <summary>Null for words (latest, preview) and for nothing.</summary>
    private static Version? VersionOf(string text)
    {
        var number = text.Trim().TrimStart('v', 'V');
        number = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
            ? FormattableString.Invariant($"{whole}.0") : number;
        return Version.TryParse(number, out var version) ? version : null;
    }
}
