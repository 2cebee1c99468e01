using System.Globalization;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Foundation;

/// <summary>An error of the user's input or environment: one diagnostic, one line, no stack trace shown.</summary>
internal class MixPrecException(DiagnosticDescription description, string? file, params object?[] arguments)
    : Exception(LogText.Line(string.Format(CultureInfo.InvariantCulture, description.MessageFormat, arguments)))
{
    /// <summary>The row of the table of diagnostics.</summary>
    public DiagnosticDescription Description { get; } = description;

    /// <summary>What stands in the holes of the row's text.</summary>
    public IReadOnlyList<object?> Arguments { get; } = arguments;

    /// <summary>The model and its external data, where they had been read: when one of them changes, the error may be gone.</summary>
    public IReadOnlyList<string> ModelFiles { get; set; } = [];

    /// <summary>Full path of the file the error is about, when there is one.</summary>
    public string? File { get; } = file;
}
