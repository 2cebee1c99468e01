using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>What demands on classes ask of a model and its data.</summary>
internal static class LabelDemands
{
    private const string NoClasses = "none for this model, whose first output is no matrix with a row of class scores for each sample";

    /// <exception cref="MixPrecException">The model has no scores of classes that <c>MinTop1Agreement</c> could mean.</exception>
    public static void RequireClasses(CompilerOptions options, Graph graph)
    {
        if (options.MinTop1Agreement is { } least && !Top1.IsDefinedFor(graph))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "MinTop1Agreement", least, NoClasses);
        }
    }

    /// <exception cref="MixPrecException">The data have no labels that <c>AccuracyDrop</c> could mean.</exception>
    public static void RequireLabels(CompilerOptions options, Graph graph, SampleSet heldOut)
    {
        if (options.AccuracyDrop is not { } points)
        {
            return;
        }

        string? fault = !Top1.IsDefinedFor(graph) ? NoClasses
            : heldOut.Labels is not { } labels ? "labels beside the held-out samples: an array 'labels' with the class of each"
            : labels.Length != heldOut.Count
                ? $"one label for each held-out sample; there are {labels.Length} of {Counted.Format(heldOut.Count, "sample")}" : null;
        if (fault is not null)
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "AccuracyDrop", points, fault);
        }
    }
}
