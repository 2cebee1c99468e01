using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// A product that is only added to another value comes right before the sum: by then the value is there, and the product can store the sum
/// (<see cref="Lowering.SummedOutput"/>). Files often have the shortcut of a block behind its products.
/// </summary>
internal static class DelaySummedProducts
{
    public static Graph Apply(Graph graph)
    {
        var delayed = new Dictionary<Node, Node>();
        foreach (var node in graph.Nodes)
        {
            if (SumOf(node, graph) is { } sum)
            {
                delayed.TryAdd(sum, node);
            }
        }

        return delayed.Count == 0 ? graph
            : new(graph.Inputs, graph.Outputs, [.. graph.Nodes.Except(delayed.Values).SelectMany(WithProduct)], graph.Symbols);

        Node[] WithProduct(Node node) => delayed.TryGetValue(node, out var product) ? [product, node] : [node];
    }

    /// <summary>The sum that alone reads the product; null where the other value is a product that would store the sum as well.</summary>
    private static Node? SumOf(Node node, Graph graph) =>
        node.HasConstantWeights() && graph.HasOneUse(node.Output)
        && graph.ConsumersOf(node.Output)[0] is { Op: Binary { Function: BinaryKind.Add } } sum
        && sum.Inputs.All(input => input!.Shape.SequenceEqual(node.Output.Shape))
        && sum.Inputs.Single(input => !ReferenceEquals(input, node.Output)) is { Producer: var other }
        && !(other is not null && other.HasConstantWeights() && graph.HasOneUse(other.Output))
            ? sum : null;
}
