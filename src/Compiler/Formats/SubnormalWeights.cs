using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// Weights with 0 &lt; |w| &lt; 2⁻¹²⁶, left over from channels that decayed or were pruned: kernels get zeros in their place, in every
/// storage format. The graph keeps them, so that the reference is the network as it was given (docs/decisions/0610).
/// </summary>
internal static class SubnormalWeights
{
    private const uint Magnitude = 0x7FFF_FFFF, SmallestNormal = 0x0080_0000;

    public static bool Contains(float weight) => (BitConverter.SingleToUInt32Bits(weight) & Magnitude) - 1 < SmallestNormal - 1;

    public static void SetToZero(Span<float> weights)
    {
        foreach (ref float weight in weights)
        {
            if (Contains(weight))
            {
                weight = 0;
            }
        }
    }

    /// <summary>The same tensor where there are none, or where it is not of floats.</summary>
    public static Tensor SetToZero(Tensor weights)
    {
        if (CountIn(weights) == 0)
        {
            return weights;
        }

        float[] changed = weights.Span<float>().ToArray();
        SetToZero(changed);
        return Tensor.Create(changed, weights.Shape);
    }

    /// <summary>Those of all products of a graph, of tensors that several share once.</summary>
    public static long CountIn(Graph graph) =>
        graph.Nodes.SelectMany(Operands).Select(v => v?.Constant).OfType<Tensor>().Distinct().Sum(CountIn);

    /// <summary>What the op multiplies and adds up.</summary>
    private static IEnumerable<Value?> Operands(Node node) => node.Op switch
    {
        MatMul => node.Inputs.Take(2),
        Conv or DeformConv or Recurrence => node.Inputs.Skip(1).Take(1),
        _ => [],
    };

    private static long CountIn(Tensor weights)
    {
        long count = 0;
        if (weights.Type == ElementType.F32)
        {
            foreach (float weight in weights.Span<float>())
            {
                count += Contains(weight) ? 1 : 0;
            }
        }

        return count;
    }
}
