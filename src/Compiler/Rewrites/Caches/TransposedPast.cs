using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// Where a model transposes the keys behind the join, also after it repeated them for several heads, the buffer holds them transposed
/// instead: a run appends a column of each matrix and leaves those of the past where they are.
/// </summary>
internal static class TransposedPast
{
    public static CachedGraph Apply(CachedGraph cached)
    {
        var graph = cached.Graph;
        Node[][] paths = [.. cached.Cache.Pairs.Select(p => Path(graph, graph.Inputs[p.Input])).OfType<Node[]>()];
        var pasts = paths.Select(p => p[0].Input(0)).ToHashSet();
        var turned = paths.SelectMany(p => p[..^1]).ToHashSet();
        var transposes = paths.Select(p => p[^1]).ToHashSet();
        var builder = new GraphBuilder();
        var values = new Dictionary<Value, Value>();
        foreach (var input in graph.Inputs)
        {
            values[input] = builder.AddInput(input.Name, pasts.Contains(input) ? input.Type.WithShape(Swapped(input.Shape)) : input.Type);
        }

        Value? Map(Value? value) => value is null ? null : values.GetValueOrDefault(value, value);
        foreach (var node in graph.Nodes)
        {
            if (transposes.Contains(node))
            {
                values[node.Output] = Map(node.Input(0))!;
                continue;
            }

            Value?[] inputs = [.. node.Inputs.Select(Map)];
            if (turned.Contains(node) && node.Op is Concat)
            {
                inputs[1] = builder.Add(node.Name + "/columns", Swap(node.Output.Rank), inputs[1]);
            }

            var outputs = builder.AddAll(node.Name, turned.Contains(node) ? Turned(node) : node.Op, inputs,
                [.. node.Outputs.Select(o => o.Name)]);
            for (int i = 0; i < outputs.Count; i++)
            {
                values[node.Outputs[i]] = outputs[i];
            }
        }

        return cached with { Graph = builder.Build([.. graph.Outputs.Select(o => values[o])], graph.Symbols) };
    }

    /// <summary>
    /// From the join with the past to the transpose of its matrices, with what leaves matrices whole between them; null where nothing of
    /// the kind follows.
    /// </summary>
    private static Node[]? Path(Graph graph, Value past)
    {
        List<Node> path = [graph.ConsumersOf(past)[0]];
        if (graph.ConsumersOf(path[0].Output) is not [var next])
        {
            return null;
        }

        while (next.Op is Reshape or Expand && next.Input(0).Shape.TakeLast(2).SequenceEqual(next.Output.Shape.TakeLast(2))
            && graph.HasOneUse(next.Output))
        {
            path.Add(next);
            next = graph.ConsumersOf(next.Output)[0];
        }

        return next.Op is Transpose transpose && transpose.Equals(Swap(next.Output.Rank)) ? [.. path, next] : null;
    }

    /// <summary>The same of transposed matrices.</summary>
    private static Op Turned(Node node) => node.Op switch
    {
        Reshape reshape => new Reshape(Swapped(reshape.Shape)),
        Expand expand => new Expand(Swapped(expand.Shape)),
        _ => new Concat(Swap(node.Output.Rank).Permutation[((Concat)node.Op).Axis]),
    };

    /// <summary>Exchanges the last two axes.</summary>
    private static Transpose Swap(int rank) => new(Swapped(Enumerable.Range(0, rank)));

    private static T[] Swapped<T>(IEnumerable<T> axes) =>
        axes.ToArray() is [.. var front, var row, var column] ? [.. front, column, row]
        : throw new ArgumentException("matrices have two axes", nameof(axes));
}
