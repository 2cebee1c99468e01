using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Fuzz.Networks;

/// <summary>
/// Where ONNX Runtime 1.31 gives something else than the specification says; findings/onnxruntime-integers-and-edges.sh shows most of it.
/// The slow meaning of the operators judges alone there.
/// </summary>
internal static class ReferenceFaults
{
    /// <summary>Strides that no image has.</summary>
    private const long LongStride = 1 << 20;

    /// <summary>Above, a double leaves whole numbers out.</summary>
    private const double MostExact = 1L << 53;

    /// <returns>The fault that a model runs into; null for none.</returns>
    public static string? In(ModelProto model, IReadOnlyDictionary<string, KnownValue> values) =>
        MissingReference.NodesOf(model).Select(n => In(n, values)).FirstOrDefault(fault => fault is not null)
        ?? (MissingReference.NodesOf(model).Any(n => n.OpType == "Squeeze" && n.Input.Count == 2)
            && model.Graph.Initializer.Any(t => t.Dims is [0]) ? "ONNX Runtime takes an empty list of axes for all" : null);

    private static string? In(NodeProto node, IReadOnlyDictionary<string, KnownValue> values)
    {
        KnownValue[] read = [.. node.Input.Where(values.ContainsKey).Select(i => values[i])];
        return node.OpType switch
        {
            // The smaller of 1 and 2³¹ is 2³¹ there.
            "Clip" when read.Any(r => !r.IsFloat && r.Largest > int.MaxValue) => "ONNX Runtime clips 64 bits as 32",

            // −0.5 is to be cast to 0, and is 4.5 there, which is no place.
            "OneHot" when read.Any(r => r.IsFloat && r.Numbers.Any(x => x is > -1 and < 0))
                => "ONNX Runtime casts no index",

            // 2.25 is the sum of a window that lies wholly within the image, with a stride of 2²⁴ along the other axis; 0 there.
            "Conv" or "MaxPool" or "AveragePool" or "LpPool"
                when node.Attribute.Any(a => a.Name == "strides" && a.Ints.Any(s => s > LongStride))
                => "ONNX Runtime does not take such strides",

            // The specification adds 1e-9 to a deviation of 0.
            "MeanVarianceNormalization" when values.TryGetValue(node.Output[0], out var result) && result.Numbers.Any(double.IsNaN)
                => "ONNX Runtime divides 0 by 0 where a channel is constant",
            "ReduceMean" when read.Any(r => !r.IsFloat && r.Largest > MostExact) => "ONNX Runtime takes the mean of 64 bits in a double",
            _ => null,
        };
    }
}
