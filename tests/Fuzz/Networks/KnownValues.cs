using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Networks;

/// <summary>The elements of a value.</summary>
internal sealed record KnownValue(bool IsFloat, double[] Numbers)
{
    public double Largest => Numbers.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
}

/// <summary>The elements of a network's values, by name, as far as somebody computes them.</summary>
internal static class KnownValues
{
    /// <param name="isAsked">Whether ONNX Runtime may run the model.</param>
    /// <param name="read">The graph of a model for these inputs; null where it is refused.</param>
    public static IReadOnlyDictionary<string, KnownValue> Of(ModelProto model, Graph graph, IReadOnlyList<Tensor> inputs, bool isAsked,
        Func<ModelProto, Graph?> read)
    {
        var all = model.Clone();
        all.Graph.Output.Clear();
        all.Graph.Output.AddRange(model.Graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0).Distinct()
            .Select(o => new ValueInfoProto { Name = o }));
        var values = new Dictionary<string, KnownValue>();
        Add(graph.Inputs.Zip(inputs, (input, value) => (input.Name, value)));
        Add((read(all)?.Outputs ?? []).Where(o => o.Constant is not null).Select(o => (o.Name, o.Constant!)));
        Add(isAsked ? NetworkReference.RunAll(all, graph, inputs) : []);
        Add(from constant in model.Graph.Initializer
            where constant.RawData.Length > 0
            let type = OnnxElementType.FromCode(constant.DataType)
            where type is not null
            select (constant.Name, new Tensor(type.Value, constant.Dims, constant.RawData.ToByteArray())));
        return values;

        void Add(IEnumerable<(string Name, Tensor Value)> known)
        {
            foreach (var (name, value) in known)
            {
                values[name] = new(value.Type.IsFloat(), Numbers(value));
            }
        }
    }

    public static double[] Numbers(Tensor tensor)
    {
        var exact = Tensor.Zeros(ElementType.F64, [.. tensor.Shape]);
        for (int i = 0; i < exact.Length; i++)
        {
            ElementConversion.TryConvert(tensor, exact, i);
        }

        return exact.Span<double>().ToArray();
    }
}
