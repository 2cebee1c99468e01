using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Partition;

/// <summary>
/// The data edges of a graph between one source (all inputs) and one sink (all outputs). Vertex 0 is the source, vertex i + 1 is
/// node i in topological order, the last vertex is the sink; every edge leads to a larger vertex. Constants are no vertices.
/// </summary>
internal sealed class DataFlow
{
    private readonly SortedSet<int>[] _successors;
    private readonly SortedSet<int>[] _predecessors;

    public DataFlow(Graph graph)
    {
        Count = graph.Nodes.Count + 2;
        _successors = [.. Enumerable.Range(0, Count).Select(_ => new SortedSet<int>())];
        _predecessors = [.. Enumerable.Range(0, Count).Select(_ => new SortedSet<int>())];
        var vertex = graph.Nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i + 1);
        foreach (var node in graph.Nodes)
        {
            var data = node.Inputs.OfType<Value>().Where(v => v.Constant is null).ToArray();
            foreach (var value in data)
            {
                Add(value.Producer is { } producer ? vertex[producer] : Source, vertex[node]);
            }

            if (data.Length == 0)
            {
                Add(Source, vertex[node]);
            }

            if (node.Outputs.Any(graph.IsOutput))
            {
                Add(vertex[node], Sink);
            }
        }
    }

    /// <summary>Number of vertices, source and sink included.</summary>
    public int Count { get; }

    public static int Source => 0;

    public int Sink => Count - 1;

    public IReadOnlyCollection<int> Successors(int vertex) => _successors[vertex];

    public IReadOnlyCollection<int> Predecessors(int vertex) => _predecessors[vertex];

    public void Remove(int from, int to)
    {
        _successors[from].Remove(to);
        _predecessors[to].Remove(from);
    }

    /// <summary>For each vertex, whether it or one of the vertices before it is marked.</summary>
    public bool[] AnyBefore(bool[] marked) => Spread(marked, Enumerable.Range(0, Count), Predecessors);

    /// <summary>For each vertex, whether it or one of the vertices after it is marked.</summary>
    public bool[] AnyAfter(bool[] marked) => Spread(marked, Enumerable.Range(0, Count).Reverse(), Successors);

    /// <summary>The vertices on some path from the source to the sink.</summary>
    public bool[] Live()
    {
        var fromSource = AnyBefore(Only(Source));
        var toSink = AnyAfter(Only(Sink));
        return [.. fromSource.Zip(toSink, (a, b) => a && b)];
    }

    /// <summary>
    /// Immediate dominators (−1 for the source and for vertices out of its reach), by one pass of Cooper, Harvey and Kennedy's
    /// algorithm: in topological order every predecessor is final when it is needed.
    /// </summary>
    public int[] ImmediateDominators()
    {
        var dominator = new int[Count];
        Array.Fill(dominator, -1);
        for (int v = 1; v < Count; v++)
        {
            foreach (int p in _predecessors[v].Where(p => p == Source || dominator[p] >= 0))
            {
                dominator[v] = dominator[v] < 0 ? p : Nearest(dominator, dominator[v], p);
            }
        }

        return dominator;
    }

    /// <summary>A mark on one vertex.</summary>
    public bool[] Only(int vertex) => [.. Enumerable.Range(0, Count).Select(v => v == vertex)];

    private static int Nearest(int[] dominator, int a, int b)
    {
        while (a != b)
        {
            (a, b) = a > b ? (dominator[a], b) : (a, dominator[b]);
        }

        return a;
    }

    private void Add(int from, int to)
    {
        _successors[from].Add(to);
        _predecessors[to].Add(from);
    }

    private static bool[] Spread(bool[] marked, IEnumerable<int> order, Func<int, IReadOnlyCollection<int>> neighbours)
    {
        var result = marked.ToArray();
        foreach (int v in order)
        {
            result[v] = result[v] || neighbours(v).Any(n => result[n]);
        }

        return result;
    }
}
