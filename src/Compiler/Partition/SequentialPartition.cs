using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Partition;

/// <summary>
/// Cuts a network at the nodes that every path passes (arXiv 2505.13060, section on sequential sub-graphs), after dropping edges along
/// which no choice travels:
/// <list type="bullet">
/// <item>side inputs: no quantizable op before the edge, but one before another input of the node it leads to (masks, rotary
/// tables);</item>
/// <item>side outputs: no quantizable op behind the edge, but one behind another edge of the node it leaves (outputs read on);</item>
/// <item>residual edges u → v: v an elementwise merge or Concat, u dominates v, another path u ⇝ v holds a quantizable op.</item>
/// </list>
/// Without the first two, one mask shared by all layers would make the whole network a single sub-graph.
/// </summary>
internal static class SequentialPartition
{
    /// <summary>
    /// The sub-graphs in order of execution; each but an only one has a quantizable op. Together they hold every node once.
    /// </summary>
    public static IReadOnlyList<Subgraph> Partition(Graph graph)
    {
        if (graph.Nodes.Count == 0)
        {
            return [];
        }

        var flow = new DataFlow(graph);
        bool[] quantizable = [false, .. graph.Nodes.Select(n => n.IsQuantizable()), false];
        DropSideInputs(flow, quantizable);
        DropSideOutputs(flow, quantizable);
        while (DropResidualEdges(flow, graph, quantizable))
        {
        }

        var parts = Join(Segments(flow, graph), graph);
        return [.. parts.Select((nodes, i) => new Subgraph(i, nodes, SubgraphSignature.Compute(graph, nodes)))];
    }

    private static void DropSideInputs(DataFlow flow, bool[] quantizable)
    {
        var chosenBefore = flow.AnyBefore(quantizable);
        for (int v = 1; v < flow.Count; v++)
        {
            int[] predecessors = [.. flow.Predecessors(v)];
            foreach (int u in predecessors.Any(p => chosenBefore[p]) ? predecessors.Where(p => !chosenBefore[p]) : [])
            {
                flow.Remove(u, v);
            }
        }
    }

    private static void DropSideOutputs(DataFlow flow, bool[] quantizable)
    {
        var chosenAfter = flow.AnyAfter(quantizable);
        for (int u = 0; u < flow.Count; u++)
        {
            int[] successors = [.. flow.Successors(u)];
            foreach (int v in successors.Any(s => chosenAfter[s]) ? successors.Where(s => !chosenAfter[s]) : [])
            {
                flow.Remove(u, v);
            }
        }
    }

    /// <summary>One round; dropping an edge can make another's start a dominator (dense blocks), so the caller repeats.</summary>
    private static bool DropResidualEdges(DataFlow flow, Graph graph, bool[] quantizable)
    {
        var dominator = flow.ImmediateDominators();
        var residual = (from v in Enumerable.Range(1, graph.Nodes.Count)
                        where graph.Nodes[v - 1].Op is Binary or Concat && dominator[v] >= 0 && flow.Predecessors(v).Count > 1
                        from u in flow.Predecessors(v)
                        where u == dominator[v] && HasChoiceBetween(flow, u, v, quantizable)
                        select (u, v)).ToArray();
        foreach (var (u, v) in residual)
        {
            flow.Remove(u, v);
        }

        return residual.Length > 0;
    }

    private static bool HasChoiceBetween(DataFlow flow, int u, int v, bool[] quantizable)
    {
        var after = flow.AnyBefore(flow.Only(u));
        var before = flow.AnyAfter(flow.Only(v));
        return Enumerable.Range(u + 1, v - u - 1).Any(q => quantizable[q] && after[q] && before[q]);
    }

    /// <summary>
    /// Number of the segment of each node, in topological order. In that order a path that avoids a live vertex holds an edge that jumps
    /// over it, and each such edge between live vertices lies on a path: so a vertex is a cut exactly when no edge jumps over it.
    /// </summary>
    private static int[] Segments(DataFlow flow, Graph graph)
    {
        var live = flow.Live();
        var segment = new int[flow.Count];
        int current = 0, reach = 0;
        for (int v = 0; v < flow.Count - 1; v++)
        {
            segment[v] = current;
            if (live[v])
            {
                // Every edge from before v ends at v or earlier: v is on all paths and closes its segment.
                current += v > 0 && reach <= v ? 1 : 0;
                reach = Math.Max(reach, flow.Successors(v).Where(s => live[s]).Max());
            }
        }

        AttachSideNodes(graph, live, segment);
        return segment[1..^1];
    }

    /// <summary>
    /// Nodes off the paths run with the first of their readers; nodes that only feed outputs run right behind what they read.
    /// </summary>
    private static void AttachSideNodes(Graph graph, bool[] live, int[] segment)
    {
        var vertex = graph.Nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i + 1);
        var known = live.ToArray();
        foreach (var node in graph.Nodes.Reverse())
        {
            int[] readers = [.. node.Outputs.SelectMany(graph.ConsumersOf).Select(c => vertex[c]).Where(c => known[c])];
            if (!live[vertex[node]] && readers.Length > 0)
            {
                (segment[vertex[node]], known[vertex[node]]) = (readers.Min(r => segment[r]), true);
            }
        }

        foreach (var node in graph.Nodes.Where(n => !known[vertex[n]]))
        {
            int[] producers = [.. node.Inputs.OfType<Value>().Select(i => i.Producer).OfType<Node>().Select(p => segment[vertex[p]])];
            segment[vertex[node]] = producers.Length > 0 ? producers.Max() : 0;
        }
    }

    /// <summary>Groups nodes by segment; one without a choice joins the next, trailing ones the last.</summary>
    private static List<List<Node>> Join(int[] segment, Graph graph)
    {
        var parts = new List<List<Node>>();
        bool open = false;
        foreach (var group in graph.Nodes.Zip(segment).GroupBy(p => p.Second, p => p.First).OrderBy(g => g.Key))
        {
            bool continues = open || (parts.Count > 0 && !graph.Nodes.Zip(segment)
                .Any(p => p.Second >= group.Key && p.First.IsQuantizable()));
            if (continues)
            {
                parts[^1].AddRange(group);
            }
            else
            {
                parts.Add([.. group]);
            }

            open = !parts[^1].Any(n => n.IsQuantizable());
        }

        var order = graph.Nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i);
        return [.. parts.Select(p => p.OrderBy(n => order[n]).ToList())];
    }
}
