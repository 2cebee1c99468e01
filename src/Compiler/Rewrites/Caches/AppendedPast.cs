using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// Makes the joins of past and new tokens the inputs and outputs of a model that was exported with past and present. A stack of layers in
/// one tensor becomes one buffer a layer, so that each join appends to its buffer in place.
/// </summary>
internal static class AppendedPast
{
    /// <summary>The identifiers of the past length and of the new tokens.</summary>
    /// <exception cref="MixPrecException">MXP3009: a present is not its past and as many new tokens for all pairs.</exception>
    public static string[] Symbols(IReadOnlyList<(Value Past, Value Present)> pairs, string modelPath)
    {
        var found = pairs.Select(p => Growth(p.Past, p.Present) ?? throw CachedGraph.Refused(modelPath, p.Past.Name, "input",
            $"'{PrintableName.Format(p.Present.Name)}' ({p.Present.Type}) is not this input ({p.Past.Type}) "
            + "with a symbolic number of tokens more along one axis")).Distinct().ToArray();
        return found is [var (past, tokens)] ? [past, tokens] : throw CachedGraph.Refused(modelPath, pairs[0].Past.Name, "input",
            "the inputs of the cache grow by different dimensions");
    }

    public static CachedGraph Apply(Graph graph, IReadOnlyList<(Value Past, Value Present)> pairs, string modelPath)
    {
        string[] symbols = Symbols(pairs, modelPath);
        var joins = pairs.SelectMany(p => Joins(p.Past, p.Present, symbols[0]) ?? throw CachedGraph.Refused(modelPath, p.Past.Name, "input",
            $"'{PrintableName.Format(p.Present.Name)}' is not made by one Concat of past and new values a layer")).ToArray();
        var builder = new GraphBuilder();
        var values = new Dictionary<Value, Value>();
        Value[] inputs = [.. graph.Inputs.Except(pairs.Select(p => p.Past))];
        foreach (var input in inputs)
        {
            builder.AddInput(input);
        }

        foreach (var join in joins)
        {
            values[join.Input(0)] = builder.AddInput(join.Output.Name + ".past", join.Input(0).Type);
        }

        foreach (var node in graph.Nodes)
        {
            var outputs = builder.AddAll(node.Name, node.Op,
                [.. node.Inputs.Select(i => i is null ? null : values.GetValueOrDefault(i, i))], [.. node.Outputs.Select(o => o.Name)]);
            for (int i = 0; i < outputs.Count; i++)
            {
                values.TryAdd(node.Outputs[i], outputs[i]);
            }
        }

        Value[] returned = [.. graph.Outputs.Except(pairs.Select(p => p.Present))];

        // Sessions count tokens: a dimension that has to be as many is written so, and no argument of its own.
        var result = builder.Build([.. returned.Select(o => values[o]), .. joins.Select(j => values[j.Output])],
            [.. graph.Symbols.Where(s => s.Equal is null)]);
        var past = pairs.Select(p => p.Past).ToHashSet();
        return result.Nodes.FirstOrDefault(n => n.Inputs.Any(i => i is not null && past.Contains(i))) is { } other
            ? throw CachedGraph.Refused(modelPath, other.Name, other.Op.Kind,
                "it reads the past besides the Concat that joins new values to it")
            : new CachedGraph(result,
                new PlanCache(symbols[1], symbols[0], CachedGraph.NewSymbol("capacity", graph.Symbols.Select(s => s.Identifier)), 0,
                new(joins.Select((_, i) => new PlanState(inputs.Length + i, inputs.Length + joins.Length + returned.Length + i)))));
    }

    /// <summary>
    /// The symbols of past and new tokens where the present is the past and the new tokens along one axis; otherwise null.
    /// </summary>
    public static (string Past, string Tokens)? Growth(Value past, Value present)
    {
        int[] axes = past.Type.Element == present.Type.Element && past.Rank == present.Rank
            ? [.. Enumerable.Range(0, past.Rank).Where(d => past.Shape[d] != present.Shape[d])] : [];
        return axes is [var axis] && past.Shape[axis].Symbols.Take(2).ToArray() is [var length]
            && past.Shape[axis] == IntExpr.Symbol(length)
            && (present.Shape[axis] - past.Shape[axis]).Symbols.Take(2).ToArray() is [var tokens]
                && present.Shape[axis] - past.Shape[axis] == IntExpr.Symbol(tokens)
            ? (length, tokens) : null;
    }

    /// <summary>The nodes that join past and new values, in the order of the stack; null where the present is made otherwise.</summary>
    private static Node[]? Joins(Value past, Value present, string length)
    {
        var made = WithoutReshapes(present).Producer;
        if (IsJoin(made))
        {
            return ReferenceEquals(WithoutReshapes(made!.Input(0)), past) ? [made] : null;
        }

        if (made?.Op is not Concat stack || past.Rank != made.Output.Rank || past.Shape[stack.Axis] != made.Inputs.Count)
        {
            return null;
        }

        Node?[] layers = [.. made.Inputs.Select((part, i) => WithoutReshapes(part!).Producer is { } join && IsJoin(join)
            && IsLayer(WithoutReshapes(join.Input(0)), past, stack.Axis, i) ? join : null)];
        return layers.All(l => l is not null) ? [.. layers.OfType<Node>()] : null;

        bool IsJoin(Node? node) => node is { Op: Concat { Axis: var axis }, Inputs.Count: 2 }
            && node.Input(0).Shape[axis] == IntExpr.Symbol(length);
    }

    private static bool IsLayer(Value value, Value past, int axis, int index) =>
        value.Producer is { } node && ReferenceEquals(WithoutReshapes(node.Input(0)), past) && node.Op switch
    {
        Gather gather => gather.Axis == axis && node.Input(1).Constant is { Length: 1 } constant && constant.ToInt64()[0] == index,
        Slice slice => slice.Sizes.Select((size, d) => d == axis ? size == IntExpr.One && slice.Starts[d] == index : size == past.Shape[d]
            && slice.Steps[d] == 1).All(same => same),
        _ => false,
    };

    /// <summary>The value whose elements these are, in the same order.</summary>
    private static Value WithoutReshapes(Value value) =>
        value.Producer is { Op: Reshape } reshape ? WithoutReshapes(reshape.Input(0)) : value;
}
