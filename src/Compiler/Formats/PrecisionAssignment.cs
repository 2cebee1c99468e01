using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Formats;

/// <summary>The candidate of every quantizable op, by node name; ops that are not named run in fp32.</summary>
internal sealed class PrecisionAssignment(IReadOnlyDictionary<string, PrecisionConfig> choices)
{
    public static readonly PrecisionAssignment AllFloat = new(new Dictionary<string, PrecisionConfig>());

    public PrecisionConfig this[Node node] => choices.GetValueOrDefault(node.Name, PrecisionConfig.F32);

    /// <summary>The ops that leave fp32, in ordinal order of their names.</summary>
    public IEnumerable<KeyValuePair<string, PrecisionConfig>> Choices =>
        choices.Where(c => c.Value != PrecisionConfig.F32).OrderBy(c => c.Key, StringComparer.Ordinal);

    /// <summary>This assignment with other choices for some ops.</summary>
    public PrecisionAssignment With(IEnumerable<KeyValuePair<string, PrecisionConfig>> changes)
    {
        var merged = choices.ToDictionary();
        foreach (var (name, precision) in changes)
        {
            merged[name] = precision;
        }

        return new PrecisionAssignment(merged);
    }

    /// <summary>The same candidate for every quantizable op of a graph.</summary>
    public static PrecisionAssignment Uniform(Graph graph, PrecisionConfig precision) =>
        new(graph.QuantizableNodes.ToDictionary(n => n.Name, _ => precision));
}
