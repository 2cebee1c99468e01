using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Timing;

/// <summary>Inputs to time with: ordinary numbers, since zeros and denormals would not cost what real ones cost.</summary>
internal static class SyntheticInputs
{
    /// <summary>The same numbers every time.</summary>
    /// <param name="sizes">Of the symbols: see <see cref="SampleSizes"/>.</param>
    public static IReadOnlyList<Tensor> For(Graph graph, IReadOnlyDictionary<string, long> sizes) =>
        [.. graph.Inputs.Select(i => Fill(i.Type, sizes))];

    private static Tensor Fill(TensorType type, IReadOnlyDictionary<string, long> symbols)
    {
        var tensor = Tensor.Zeros(type.Element, type.ShapeAt(symbols));
        if (type.Element == ElementType.F32)
        {
            var random = new Random(1);
            foreach (ref float x in tensor.Writable<float>())
            {
                x = random.NextSingle() - 0.25f;
            }
        }

        return tensor;
    }
}
