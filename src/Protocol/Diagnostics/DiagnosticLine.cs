using System.Globalization;
using System.Linq;
using MixPrec.Jobs;

namespace MixPrec.Diagnostics;

/// <summary>
/// One line of a <c>.diagnostics</c> file: seven fields separated by tabs, <c>severity code file line column text helpLink</c>, in which
/// <c>\t \n \r \\</c> stand for themselves. Line and column are 0 when there is none.
/// </summary>
internal sealed record DiagnosticLine(string Severity, string Code, string File, int Line, int Column, string Text, string HelpLink)
{
    /// <summary>One line of a log: see <see cref="LogText"/>.</summary>
    public string Text { get; init; } = LogText.Line(Text);

    /// <summary>The file that it is about, or nothing: a path, as one line of a log.</summary>
    public string File { get; init; } = LogText.Line(File);

    public const string Error = "error", Warning = "warning";

    public static DiagnosticLine From(DiagnosticDescription description, string file, params object[] arguments) => new(
        description.IsWarning ? Warning : Error, description.Id, file, 0, 0,
        string.Format(CultureInfo.InvariantCulture, description.MessageFormat, arguments), description.HelpLink);

    /// <summary>Whether it is an answer of the worker, not a failure to answer.</summary>
    public bool IsVerdict => Severity == Error && DiagnosticCatalog.IsVerdict(Code);

    public string Format() => string.Join("\t", new[]
    {
        Severity, Code, File, Line.ToString(CultureInfo.InvariantCulture), Column.ToString(CultureInfo.InvariantCulture), Text, HelpLink,
    }.Select(LineText.Escape));

    /// <summary>A line of another form becomes an error with its own text.</summary>
    /// <param name="path">The file it stands in.</param>
    public static DiagnosticLine Parse(string line, string path)
    {
        var fields = line.Split('\t').Select(LineText.Unescape).ToArray();
        return fields.Length >= 6
            ? new(fields[0], fields[1], fields[2], Number(fields[3]), Number(fields[4]), fields[5], fields.Length > 6 ? fields[6] : "")
            : From(DiagnosticCatalog.Internal, path, "line", "reading the diagnostics", line);
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
