using System.Globalization;
using Microsoft.Build.Utilities;
using MixPrec.Diagnostics;

namespace MixPrec.Tasks;

/// <summary>
/// Logs rows of the table of diagnostics and lines of a diagnostics file: always with code, file and the page that explains it.
/// </summary>
internal static class CatalogLogging
{
    public static void Log(this TaskLoggingHelper log, string? documentation, DiagnosticDescription description, string file,
        params object[] arguments) =>
        log.Log(documentation, DiagnosticLine.From(description, file, arguments));

    public static void Log(this TaskLoggingHelper log, string? documentation, DiagnosticLine line)
    {
        var page = Page(documentation, line);
        switch (line.Severity)
        {
            case DiagnosticLine.Error:
                log.LogError(null, line.Code, null, page, line.File, line.Line, line.Column, 0, 0, "{0}", line.Text);
                break;
            case DiagnosticLine.Warning:
                log.LogWarning(null, line.Code, null, page, line.File, line.Line, line.Column, 0, 0, "{0}", line.Text);
                break;
            default:
                log.LogMessage(Microsoft.Build.Framework.MessageImportance.High, "{0}", line.Text);
                break;
        }
    }

    /// <summary>The line's own link when it is a full address, else the id's page inside the package, which a terminal can open.</summary>
    private static string? Page(string? documentation, DiagnosticLine line)
    {
        if (Uri.TryCreate(line.HelpLink, UriKind.Absolute, out var address) && !address.IsFile)
        {
            return line.HelpLink;
        }

        var page = string.IsNullOrEmpty(documentation) ? null : Path.Combine(documentation,
            string.Format(CultureInfo.InvariantCulture, "{0}.md", line.Code));
        return page is not null && File.Exists(page) ? new Uri(page).AbsoluteUri : null;
    }
}
