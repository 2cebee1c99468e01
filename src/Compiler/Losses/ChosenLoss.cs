using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Losses;

/// <summary>The loss whose error is bounded, and why it is that one.</summary>
/// <param name="Reason">In words that follow "because".</param>
internal sealed record ChosenLoss(LossKind Kind, string Reason)
{
    /// <summary>Whether the largest element of the first output is an answer.</summary>
    public bool IsOfClasses { get; init; } = Kind is LossKind.CrossEntropy or LossKind.PseudoLabel or LossKind.NextToken;

    /// <summary>The outputs whose loss error is bounded, each on its own.</summary>
    public IReadOnlyList<OutputLoss> Outputs { get; init; } = [Kind];

    /// <summary>Which losses they are, for people.</summary>
    public string Words { get; init; } = Kind.ToString();

    /// <param name="asked">The loss that the user names; null leaves the choice to the data and the network.</param>
    /// <param name="demandsAgreement">Whether the user demands that the largest outputs stay the same.</param>
    public static ChosenLoss Choose(LossKind? asked, bool demandsAgreement, Graph graph, SampleSet samples) =>
        asked is { } kind ? new(kind, "Loss names it")
        : samples.Labels is not null ? new(LossKind.CrossEntropy, "the data hold labels")
        : samples.Targets is not null ? new(LossKind.Mse, "the data hold targets")
        : demandsAgreement ? new(LossKind.PseudoLabel,
            "the data hold no labels, and MinTop1Agreement says that the first output is a score for each class")
        : ClassEvidence.Find(graph, graph.Answer) is { } evidence ? new(LossKind.PseudoLabel,
            $"the data hold no labels, and the first output is a score for each class: {evidence}")
        : new(LossKind.Output,
            "the data hold neither labels nor targets, and nothing says that the first output is a score for each class");

    public override string ToString() => $"{Words}, because {Reason}";
}
