using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Fuzz.Mutation;

/// <summary>Changes of a model that keep it a protobuf message: what a reader of graphs meets behind the parser.</summary>
internal static class ModelMutator
{
    private static readonly Action<Random, GraphProto>[] Changes =
        [Operands, Operands, Operands, Attributes, Attributes, Operator, Shapes, Shapes, Constants, Constants, Constants, Kinds, Nodes,
            Outputs];

    /// <param name="others">Models whose nodes may be added.</param>
    public static ModelProto Mutate(Random random, ModelProto seed, IReadOnlyList<ModelProto> others, int changes)
    {
        var model = seed.Clone();
        if (random.Next(4) == 0)
        {
            Join(random, model.Graph, others[random.Next(others.Count)].Graph);
        }

        if (random.Next(8) == 0)
        {
            Function(random, model);
        }

        for (int i = 0; i < changes; i++)
        {
            if (random.Next(24) == 0)
            {
                Draw.At(random, model.OpsetImport, at =>
                    model.OpsetImport[at].Version = random.Next(3) == 0 ? Interesting.Integer(random) : random.Next(7, 26));
            }
            else
            {
                var graph = Graph(random, model.Graph);
                Changes[random.Next(Changes.Length)](random, graph);
            }
        }

        return model;
    }

    /// <summary>A node moves into a local function, which is called in its place; some functions call themselves.</summary>
    private static void Function(Random random, ModelProto model)
    {
        if (Draw.From(random, model.Graph.Node) is not { } node)
        {
            return;
        }

        var function = new FunctionProto { Name = random.Next(6) == 0 ? node.OpType : "Local",
            Domain = random.Next(6) == 0 ? node.Domain : "local" };
        function.Input.AddRange(node.Input.Where(i => i.Length > 0).Distinct());
        function.Output.AddRange(node.Output.Where(o => o.Length > 0));
        function.OpsetImport.AddRange(model.OpsetImport.Select(o => o.Clone()));
        function.Node.Add(node.Clone());
        if (random.Next(4) == 0)
        {
            Draw.Reorder(random, function.Input, () => Interesting.Text(random));
        }

        model.Functions.Add(function);
        (node.OpType, node.Domain) = (function.Name, function.Domain);
        string[] inputs = [.. node.Input.Where(i => i.Length > 0).Distinct()];
        node.Input.Clear();
        node.Input.AddRange(inputs);
        node.Attribute.Clear();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        if (random.Next(10) == 0)
        {
            function.Node.Add(node.Clone());
        }
    }

    /// <summary>The graph, or that of a body in it.</summary>
    private static GraphProto Graph(Random random, GraphProto graph)
    {
        GraphProto[] bodies = [.. graph.Node.SelectMany(n => n.Attribute).Where(a => a.G is not null).Select(a => a.G)];
        return bodies.Length == 0 || random.Next(3) == 0 ? graph : Graph(random, bodies[random.Next(bodies.Length)]);
    }

    private static void Operands(Random random, GraphProto graph)
    {
        if (Draw.From(random, graph.Node) is not { } node)
        {
            return;
        }

        string[] names = [.. graph.Input.Select(i => i.Name), .. graph.Initializer.Select(i => i.Name),
            .. graph.Node.SelectMany(n => n.Output), ""];
        if (random.Next(2) == 0)
        {
            Draw.At(random, node.Input, i => node.Input[i] = names[random.Next(names.Length)]);
        }
        else
        {
            Draw.Reorder(random, node.Input, () => names[random.Next(names.Length)]);
        }
    }

    private static void Attributes(Random random, GraphProto graph)
    {
        if (Draw.From(random, graph.Node) is not { } node)
        {
            return;
        }

        if (node.Attribute.Count == 0 || random.Next(4) == 0)
        {
            var all = graph.Node.SelectMany(n => n.Attribute).ToArray();
            Draw.Reorder(random, node.Attribute, () => all.Length > 0
                && random.Next(2) == 0 ? all[random.Next(all.Length)].Clone() : AttributeMutator.Make(random));
        }
        else
        {
            AttributeMutator.Mutate(random, node.Attribute[random.Next(node.Attribute.Count)]);
        }
    }

    private static void Operator(Random random, GraphProto graph)
    {
        if (Draw.From(random, graph.Node) is { } node)
        {
            node.OpType = OperatorTable.Names[random.Next(OperatorTable.Names.Count)];
            node.Domain = random.Next(40) == 0 ? Interesting.Text(random) : node.Domain;
        }
    }

    private static void Shapes(Random random, GraphProto graph)
    {
        if (Draw.From(random, graph.Input)?.Type?.TensorType is not { } type)
        {
            return;
        }

        if (random.Next(3) == 0 || type.Shape is null)
        {
            type.ElemType = random.Next(4) == 0 ? (int)Interesting.Integer(random) : random.Next(1, 26);
        }
        else if (random.Next(2) == 0)
        {
            Draw.At(random, type.Shape.Dim, i => type.Shape.Dim[i] = Dimension(random));
        }
        else
        {
            Draw.Reorder(random, type.Shape.Dim, () => Dimension(random));
        }
    }

    private static DimensionProto Dimension(Random random) => random.Next(5) switch
    {
        0 => new() { DimParam = "n" },
        1 => new() { DimParam = "m" },
        2 => new(),
        _ => new() { DimValue = Interesting.Integer(random) },
    };

    private static void Constants(Random random, GraphProto graph)
    {
        if (Draw.From(random, graph.Initializer) is { } tensor)
        {
            TensorMutator.Mutate(random, tensor);
        }
    }

    /// <summary>An input becomes a constant, a constant an input.</summary>
    private static void Kinds(Random random, GraphProto graph)
    {
        if (random.Next(2) == 0 && Draw.From(random, graph.Initializer) is { } tensor)
        {
            graph.Initializer.Remove(tensor);
            var shape = new TensorShapeProto();
            shape.Dim.AddRange(tensor.Dims.Select(d => new DimensionProto { DimValue = d }));
            graph.Input.Add(new ValueInfoProto { Name = tensor.Name,
                Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = tensor.DataType, Shape = shape } } });
        }
        else if (Draw.From(random, graph.Input) is { } input)
        {
            graph.Input.Remove(input);
            graph.Initializer.Add(TensorMutator.Make(random, input.Name,
                [.. (input.Type?.TensorType?.Shape?.Dim ?? []).Select(d => d.DimValue is > 0 and < 100 ? d.DimValue : 2)]));
        }
    }

    private static void Nodes(Random random, GraphProto graph)
    {
        Draw.Reorder(random, graph.Node, () =>
        {
            var node = new NodeProto { OpType = OperatorTable.Names[random.Next(OperatorTable.Names.Count)] };
            node.Input.Add(graph.Node.SelectMany(n => n.Output).FirstOrDefault() ?? "");
            node.Output.Add($"added{random.Next(100)}");
            return node;
        });
    }

    private static void Outputs(Random random, GraphProto graph)
    {
        if (random.Next(2) == 0 && Draw.From(random, graph.Node) is { } node)
        {
            Draw.Reorder(random, node.Output, () => $"added{random.Next(100)}");
        }
        else
        {
            string[] names = [.. graph.Input.Select(i => i.Name), .. graph.Initializer.Select(i => i.Name),
                .. graph.Node.SelectMany(n => n.Output)];
            Draw.Reorder(random, graph.Output, () =>
                new ValueInfoProto { Name = names.Length > 0 ? names[random.Next(names.Length)] : "" });
        }
    }

    /// <summary>Adds the nodes of another graph behind this one: its first input is an output of this one.</summary>
    public static void Join(Random random, GraphProto graph, GraphProto other)
    {
        string? link = graph.Node.SelectMany(n => n.Output).LastOrDefault(), first = other.Input.FirstOrDefault()?.Name;
        string Renamed(string name) => name.Length == 0 ? name : name == first && link is not null ? link : "b_" + name;
        var added = other.Clone();
        foreach (var node in added.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = Renamed(node.Input[i]);
            }

            for (int i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = Renamed(node.Output[i]);
            }
        }

        foreach (var input in added.Input.Where(i => i.Name != first || link is null))
        {
            input.Name = Renamed(input.Name);
            graph.Input.Add(input);
        }

        foreach (var tensor in added.Initializer)
        {
            tensor.Name = Renamed(tensor.Name);
        }

        foreach (var output in added.Output)
        {
            output.Name = Renamed(output.Name);
        }

        graph.Initializer.AddRange(added.Initializer);
        graph.Node.AddRange(added.Node);
        graph.Output.AddRange(random.Next(2) == 0 ? added.Output : []);
    }
}
