using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Report;

/// <summary>Which layers read what which other layers have computed, with nothing but other operations in between.</summary>
internal static class LayerConnections
{
    /// <param name="layers">Names of quantizable nodes; connections are pairs of places among them.</param>
    public static IReadOnlyList<ReportConnection> Find(Graph graph, IReadOnlyList<string> layers)
    {
        var places = layers.Index().ToDictionary(l => l.Item, l => l.Index);
        var behind = new Dictionary<Value, SortedSet<int>>();
        var connections = new List<ReportConnection>();
        foreach (var node in graph.Nodes)
        {
            SortedSet<int> read = [.. node.Inputs.OfType<Value>().SelectMany(v => behind.GetValueOrDefault(v, []))];
            if (node.IsQuantizable() && places.TryGetValue(node.Name, out int place))
            {
                connections.AddRange(read.Select(from => new ReportConnection(from, place)));
                read = [place];
            }

            foreach (var output in node.Outputs)
            {
                behind[output] = read;
            }
        }

        return connections;
    }
}
