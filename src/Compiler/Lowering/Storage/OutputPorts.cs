using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>Which values may be written straight to an output: those returned, and those that reshapes turn into them.</summary>
internal static class OutputPorts
{
    public static Dictionary<Value, int> Find(Graph graph, Layout layout)
    {
        var ports = new Dictionary<Value, int>();
        for (int i = graph.Outputs.Count - 1; i >= 0; i--)
        {
            ports[graph.Outputs[i]] = graph.Inputs.Count + i;
        }

        foreach (var node in graph.Nodes.Reverse().Where(n => n.Op is Graphs.Ops.Reshape && layout == Layout.RowMajor))
        {
            if (ports.TryGetValue(node.Output, out int port))
            {
                ports.TryAdd(node.Input(0), port);
            }
        }

        return ports;
    }
}
