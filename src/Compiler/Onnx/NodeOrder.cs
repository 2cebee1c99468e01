using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The nodes of a graph or function, each after those it reads from. The format demands that files list them so; not all do. Sorted nodes
/// keep their order, and of a cycle some node comes before what it reads.
/// </summary>
internal static class NodeOrder
{
    public static IReadOnlyList<NodeProto> Sort(IReadOnlyList<NodeProto> nodes)
    {
        var producers = new Dictionary<string, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output.Where(o => o.Length > 0))
            {
                producers.TryAdd(output, i);
            }
        }

        var ordered = new List<NodeProto>(nodes.Count);
        var entered = new bool[nodes.Count];

        // A stack of its own: a chain of nodes may be longer than the thread's.
        var open = new Stack<(int Node, IEnumerator<int> Sources)>();
        for (int first = 0; first < nodes.Count; first++)
        {
            Enter(first);
            while (open.TryPeek(out var top))
            {
                if (top.Sources.MoveNext())
                {
                    Enter(top.Sources.Current);
                }
                else
                {
                    ordered.Add(nodes[open.Pop().Node]);
                }
            }
        }

        return ordered;

        void Enter(int node)
        {
            if (!entered[node])
            {
                entered[node] = true;
                open.Push((node, Read(nodes[node]).Where(producers.ContainsKey).Select(name => producers[name]).GetEnumerator()));
            }
        }
    }

    /// <summary>The names that a node reads, those of its bodies among them: a body may read any value around it.</summary>
    private static IEnumerable<string> Read(NodeProto node) =>
        node.Input.Concat(node.Attribute.Where(a => a.G is not null)
            .SelectMany(a => a.G.Node.SelectMany(Read).Concat(a.G.Output.Select(o => o.Name))));
}
