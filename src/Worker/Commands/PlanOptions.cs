using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Commands;

/// <summary>The metadata of <c>MixedPrecisionModel</c> as options: <c>ErrorBudget</c> is <c>--error-budget</c>.</summary>
internal static class PlanOptions
{
    /// <summary>One option for each row, in the order of the table.</summary>
    public static IReadOnlyList<(Metadatum Row, CommandOption Option)> All { get; } =
        [.. ModelMetadata.Rows.Select(row => (row, new CommandOption(row.OptionName, row.Rule.ValueWord, Description(row))))];

    private static string Description(Metadatum row) =>
        row.Help + (row.Rule.Choices.Count > 0 ? ": " + Words(row.Rule.Choices) : "") + (row.Default == "none" ? "" : $" [{row.Default}]");

    private static string Words(IReadOnlyList<string> choices) => string.Join(", ", choices.Take(choices.Count - 1)) + " or " + choices[^1];
}
