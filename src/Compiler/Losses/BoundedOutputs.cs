using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Losses;

/// <summary>The outputs whose loss error is bounded, each on its own (docs/decisions/0751-every-output-keeps-the-budget.md).</summary>
internal static class BoundedOutputs
{
    private const string Metadatum = "LossOutputs";

    /// <summary>
    /// The losses of the outputs that are named, in the order of the graph. <c>Loss</c>, labels and targets are about the first output of
    /// floats; another one is a score for each class where something says so, and is compared as it is where nothing does.
    /// </summary>
    /// <exception cref="MixPrecException">MXP1002: a pattern names no output of floats, or what the loss is about is not among
    /// them.</exception>
    public static ChosenLoss Choose(CompilerOptions options, Graph graph, SampleSet samples)
    {
        var first = ChosenLoss.Choose(options.Loss, options.MinTop1Agreement is not null, graph, samples);
        if (options.LossOutputs.Count == 0)
        {
            return first;
        }

        int[] places = [.. options.LossOutputs.SelectMany(pattern => Matches(options, graph, pattern)).Distinct().Order()];
        bool isFirstBounded = places.Contains(graph.AnswerIndex);
        if (!isFirstBounded && options.Loss is { } asked)
        {
            throw Refused(options, string.Join(';', options.LossOutputs),
                $"'{PrintableName.Format(graph.Answer.Name)}' among them, which Loss=\"{asked}\" is about");
        }

        var losses = places.Select(p => p == graph.AnswerIndex ? (Loss: new OutputLoss(first.Kind, p), first.Reason) : Own(graph, p))
            .ToArray();
        return new(losses[0].Loss.Kind, losses.Length == 1 ? losses[0].Reason : "LossOutputs names these outputs")
        {
            Outputs = [.. losses.Select(l => l.Loss)],
            IsOfClasses = isFirstBounded && first.IsOfClasses,
            Words = string.Join(", ", losses.Select(l => $"{l.Loss.Kind} of {PrintableName.Format(l.Loss.OutputOf(graph).Name)}")),
        };
    }

    private static (OutputLoss Loss, string Reason) Own(Graph graph, int place) =>
        ClassEvidence.Find(graph, graph.Outputs[place]) is { } evidence
            ? (new OutputLoss(LossKind.PseudoLabel, place), $"it is a score for each class: {evidence}")
            : (new OutputLoss(LossKind.Output, place), "nothing says that it is a score for each class");

    private static int[] Matches(CompilerOptions options, Graph graph, string pattern)
    {
        int[] places = [.. graph.Outputs.Index().Where(o => o.Item.Type.Element.IsFloat() && LayerPattern.Matches(pattern, o.Item.Name))
            .Select(o => o.Index)];
        return places.Length > 0 ? places : throw Refused(options, pattern, "names or patterns of outputs of floats; there are "
            + string.Join(", ", graph.Outputs.Where(o => o.Type.Element.IsFloat()).Select(o => $"'{PrintableName.Format(o.Name)}'")
                .DefaultIfEmpty("none")));
    }

    private static MixPrecException Refused(CompilerOptions options, string value, string expected) =>
        new(DiagnosticCatalog.InvalidMetadata, options.Model, Metadatum, PrintableName.Format(value), expected);
}
