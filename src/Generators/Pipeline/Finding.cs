using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Generator;

/// <summary>A diagnostic as text: row of the catalog, file and arguments.</summary>
internal sealed record Finding(string Id, string Path, EquatableArray<string> Arguments)
{
    private static readonly Dictionary<string, DiagnosticDescriptor> Descriptors = DiagnosticCatalog.All.ToDictionary(row =>
        row.Id, Descriptor);

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Descriptors[Id], Location.Create(Path, default, default), [.. Arguments.Select(LogText.Line)]);

    private static DiagnosticDescriptor Descriptor(DiagnosticDescription row) => new(
        row.Id, row.Title, row.MessageFormat, "MixPrec", row.IsWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
            isEnabledByDefault: true, helpLinkUri: row.HelpLink);
}
