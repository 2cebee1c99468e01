using System.CommandLine;
using MixPrec.Metadata;

namespace MixPrec.Worker.Commands;

/// <summary>Metadata of <c>MixedPrecisionModel</c> as options: <c>ErrorBudget</c> is <c>--error-budget</c>.</summary>
internal static class MetadataOptions
{
    /// <summary>Its value is not checked here: what a project would hear of it (MXP1002), the command line hears too.</summary>
    public static Option<string> FromRow(Metadatum row)
    {
        var option = new Option<string>(row.OptionName) { HelpName = row.Rule.ValueWord, Description = Description(row) };
        option.CompletionSources.Add(_ => row.Rule.Choices);
        return option;
    }

    private static string Description(Metadatum row) =>
        row.Help + (row.Rule.Choices.Count > 0 ? ": " + Words(row.Rule.Choices) : "") + (row.CommandDefault == ModelMetadata.None ? ""
            : $" [{row.CommandDefault}]");

    private static string Words(IReadOnlyList<string> choices) => string.Join(", ", choices.Take(choices.Count - 1)) + " or " + choices[^1];
}
