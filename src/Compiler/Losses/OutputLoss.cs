using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Losses;

/// <summary>The loss of one output of a network.</summary>
/// <param name="Place">Among the outputs; null for that of <see cref="Graph.Answer"/>.</param>
internal readonly record struct OutputLoss(LossKind Kind, int? Place = null)
{
    /// <summary>Signs of different outputs are drawn apart, or errors of theirs with equal places would seem to belong together.</summary>
    private const int SignsOfAnOutput = 1 << 26;

    public static implicit operator OutputLoss(LossKind kind) => new(kind);

    public int PlaceIn(Graph graph) => Place ?? graph.AnswerIndex;

    public Value OutputOf(Graph graph) => graph.Outputs[PlaceIn(graph)];

    /// <summary>Of the first element of the output, for <see cref="LossFunction.Sign"/>; 0 for the one that answers.</summary>
    public int FirstSign(Graph graph) =>
        PlaceIn(graph) == graph.AnswerIndex ? 0 : unchecked((PlaceIn(graph) + 1) * SignsOfAnOutput);
}
