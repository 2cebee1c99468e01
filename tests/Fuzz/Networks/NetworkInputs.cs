using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Networks;

/// <summary>Inputs of a network: quarters between −1 and 1 and small whole numbers, which every type holds exactly.</summary>
internal static class NetworkInputs
{
    public const long Open = 2;

    private const long MostElements = 1 << 16;

    /// <summary>Null where they would be large.</summary>
    public static IReadOnlyList<Tensor>? Create(Graph graph)
    {
        var sizes = graph.Symbols.ToDictionary(s => s.Identifier, _ => Open);
        long[][] shapes = [.. graph.Inputs.Select(i => i.Type.ShapeAt(sizes).ToArray())];
        if (shapes.Any(shape => shape.Aggregate(1.0, (product, size) => product * size) > MostElements))
        {
            return null;
        }

        return [.. graph.Inputs.Zip(shapes).Select((input, i) => Fill(input.First.Type.Element, input.Second, i))];
    }

    private static Tensor Fill(ElementType type, long[] shape, int input)
    {
        var (exact, result) = (Tensor.Zeros(ElementType.F64, shape), Tensor.Zeros(type, shape));
        for (int i = 0; i < exact.Length; i++)
        {
            int number = (i * 7) + (input * 5);
            exact.Writable<double>()[i] = type.IsFloat() ? ((number % 9) - 4) / 4.0 : number % (type == ElementType.Bool ? 2 : 3);
            ElementConversion.TryConvert(exact, result, i);
        }

        return result;
    }
}
