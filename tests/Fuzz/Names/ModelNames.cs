using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Fuzz.Names;

/// <summary>Every string of a model that means nothing but itself, given another one: equal ones equal ones.</summary>
internal sealed class ModelNames(Func<string, string> choose)
{
    private readonly Dictionary<string, string> _chosen = new(StringComparer.Ordinal) { [""] = "" };

    /// <summary>A copy with other names.</summary>
    public ModelProto Rename(ModelProto original)
    {
        var model = original.Clone();
        var called = model.Functions.Select(f => (f.Domain, f.Name)).ToHashSet();
        string[] domains = [.. model.Functions.Select(f => f.Domain)];
        model.ProducerName = Of(model.ProducerName);
        model.ProducerVersion = Of(model.ProducerVersion);
        foreach (var entry in model.MetadataProps)
        {
            (entry.Key, entry.Value) = (Of(entry.Key), Of(entry.Value));
        }

        foreach (var set in model.OpsetImport.Concat(model.Functions.SelectMany(f => f.OpsetImport)).Where(s => domains.Contains(s.Domain)))
        {
            set.Domain = Of(set.Domain);
        }

        foreach (var function in model.Functions)
        {
            Nodes(function.Node, called);
            Each(function.Input);
            Each(function.Output);
            (function.Domain, function.Name) = (Of(function.Domain), Of(function.Name));
        }

        Graph(model.Graph, called);
        return model;
    }

    private string Of(string name)
    {
        if (!_chosen.TryGetValue(name, out string? other))
        {
            other = choose(name);
            while (_chosen.ContainsValue(other))
            {
                other += "_";
            }

            _chosen.Add(name, other);
        }

        return other;
    }

    private void Graph(GraphProto graph, HashSet<(string Domain, string Name)> called)
    {
        graph.Name = Of(graph.Name);
        foreach (var tensor in graph.Initializer.Concat(graph.SparseInitializer.Select(s => s.Values)).Where(t => t is not null))
        {
            tensor.Name = Of(tensor.Name);
        }

        foreach (var port in graph.Input.Concat(graph.Output))
        {
            port.Name = Of(port.Name);
            foreach (var size in (port.Type?.TensorType?.Shape?.Dim ?? []).Where(d => d.HasDimParam))
            {
                size.DimParam = Of(size.DimParam);
            }
        }

        Nodes(graph.Node, called);
    }

    private void Nodes(IEnumerable<NodeProto> nodes, HashSet<(string Domain, string Name)> called)
    {
        foreach (var node in nodes)
        {
            node.Name = Of(node.Name);
            Each(node.Input);
            Each(node.Output);
            foreach (var body in node.Attribute.Where(a => a.G is not null))
            {
                Graph(body.G, called);
            }

            if (called.Contains((node.Domain, node.OpType)))
            {
                (node.Domain, node.OpType) = (Of(node.Domain), Of(node.OpType));
            }
            else if (node.Domain.Length == 0 && !OperatorTable.Names.Contains(node.OpType))
            {
                node.OpType = Of(node.OpType);
            }
        }
    }

    private void Each(IList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            names[i] = Of(names[i]);
        }
    }
}
