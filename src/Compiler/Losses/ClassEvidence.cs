using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Losses;

/// <summary>
/// What says that an output of a network holds a score for each class. A matrix alone says nothing: embeddings, landmarks and poses
/// are matrices as well, and a loss that only looks at the largest element is blind to their errors.
/// </summary>
internal static class ClassEvidence
{
    /// <summary>
    /// Words that are used for scores of classes and for nothing else. Weak evidence, but exporters that leave the softmax to the caller
    /// give no other.
    /// </summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "logit", "logits", "prob", "probs", "probability", "probabilities", "logprobs", "softmax",
    };

    /// <summary>The evidence in words that follow "because"; null where there is none.</summary>
    public static string? Find(Graph graph, Value output)
    {
        if (output is not { Rank: 2 } || !output.Type.Element.IsFloat() || output.Shape[1] == IntExpr.One)
        {
            return null;
        }

        return SoftmaxBehind(output) is not null ? "it comes out of a softmax"
            : graph.Nodes.FirstOrDefault(n => n.Op is Softmax && IsFrom(n.Input(0), output)) is not null
                ? "the network takes a softmax of it"
            : graph.Nodes.FirstOrDefault(n => n.Op is ArgExtreme { Largest: true } && IsFrom(n.Input(0), output)) is not null
                ? "the network takes its argmax"
            : WordsOf(output.Name).FirstOrDefault(Words.Contains) is { } word ? $"its name holds the word '{word}'"
            : null;
    }

    /// <summary>Probabilities or their logarithms; null where no softmax makes the value.</summary>
    public static OutputKind? SoftmaxBehind(Value value) => value.Producer switch
    {
        { Op: Softmax softmax } => softmax.Logarithm ? OutputKind.LogProbabilities : OutputKind.Probabilities,
        { Op: Reshape or Cast } node => SoftmaxBehind(node.Input(0)),
        { Op: Unary { Function.Kind: UnaryKind.Log } } node =>
            SoftmaxBehind(node.Input(0)) == OutputKind.Probabilities ? OutputKind.LogProbabilities : null,
        _ => null,
    };

    /// <summary>Whether two values hold the same scores, before or behind reshapes and a softmax.</summary>
    private static bool IsFrom(Value value, Value output) => ReferenceEquals(Scores(value), Scores(output));

    private static Value Scores(Value value) => value.Producer is { Op: Reshape or Cast or Softmax } node ? Scores(node.Input(0)) : value;

    /// <summary><c>classLogits_1</c> → class, Logits, 1.</summary>
    private static IEnumerable<string> WordsOf(string name)
    {
        int start = 0;
        for (int i = 1; i <= name.Length; i++)
        {
            bool ends = i == name.Length || !char.IsAsciiLetter(name[i]) || !char.IsAsciiLetter(name[i - 1])
                || (char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]));
            if (ends)
            {
                yield return name[start..i];
                start = i;
            }
        }
    }
}
