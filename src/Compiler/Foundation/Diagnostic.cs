using System.Globalization;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Foundation;

/// <summary>One line that a compilation has to say: a warning, or an error that it found while it could still finish its report.</summary>
/// <param name="File">Full path of the file it is about, when there is one.</param>
internal sealed record Diagnostic(DiagnosticDescription Description, string? File, string Text)
{
    public static Diagnostic Create(DiagnosticDescription description, string? file, params object?[] arguments) =>
        new(description, file, LogText.Line(string.Format(CultureInfo.InvariantCulture, description.MessageFormat, arguments)));

    public static Diagnostic Create(MixPrecException exception) => new(exception.Description, exception.File, exception.Message);
}
