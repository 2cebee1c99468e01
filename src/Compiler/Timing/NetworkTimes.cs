using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Partition;

namespace MixPrec.Compiler.Timing;

/// <summary>What one network takes at one choice of open sizes, as a timing table holds it.</summary>
/// <param name="Model">File name of the model, for people.</param>
/// <param name="Sizes">Of open dimensions, for people: the key stands for them.</param>
/// <param name="Whole">The network with every layer in one candidate, as far as layers have it; fp32 first.</param>
internal sealed record NetworkTimes(string Model, IReadOnlyList<KeyValuePair<string, long>> Sizes,
    IReadOnlyList<WholeTime> Whole, IReadOnlyList<PartTimes> Parts)
{
    private const int KeyBytes = 12;

    /// <summary>
    /// Names what times depend on: operations, attributes, shapes and wiring of the whole network, and its open sizes. Weights are no part
    /// of it, so that a retrained model keeps its times.
    /// </summary>
    public static string KeyOf(Graph graph, IReadOnlyDictionary<string, long> sizes)
    {
        string text = string.Concat(sizes.OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}={s.Value}\n")))
            + SubgraphSignature.Compute(graph, graph.Nodes);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, KeyBytes));
    }

    /// <summary>Open sizes by the names that the model gives its dimensions.</summary>
    public static IReadOnlyList<KeyValuePair<string, long>> Named(Graph graph, IReadOnlyDictionary<string, long> sizes) =>
        [.. graph.Symbols.Where(s => sizes.ContainsKey(s.Identifier)).Select(s => KeyValuePair.Create(s.Name, sizes[s.Identifier]))];

    /// <summary>The sizes in words.</summary>
    public static string WordsOf(IReadOnlyList<KeyValuePair<string, long>> sizes) => sizes.Count == 0 ? "no open sizes"
        : string.Join(", ", sizes.Select(s =>
            string.Create(CultureInfo.InvariantCulture, $"{Onnx.PrintableName.Format(s.Key)} = {s.Value}")));
}

/// <summary>A whole network in one candidate.</summary>
internal sealed record WholeTime(PrecisionConfig Precision, Measurement Time);

/// <summary>Every configuration of a sub-graph, or of several that are alike and share one measurement.</summary>
/// <param name="Places">Which of the network's sub-graphs with a choice they are, from 0.</param>
/// <param name="Layers">Of the first of them, for people.</param>
/// <param name="Configurations">By the candidates of the layers, separated by blanks; fp32 first.</param>
internal sealed record PartTimes(IReadOnlyList<int> Places, IReadOnlyList<string> Layers,
    IReadOnlyList<KeyValuePair<string, Measurement>> Configurations);
