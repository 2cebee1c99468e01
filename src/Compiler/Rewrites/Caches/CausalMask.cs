using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// Whether a node hides later tokens from earlier ones: scores of keys behind the query get a number that Softmax makes exactly zero.
/// </summary>
internal static class CausalMask
{
    /// <summary>e^x is 0 in fp32 from −104 on; what masks are made of leaves the scores themselves thousands of room.</summary>
    private const float Hidden = -1e4f;

    /// <param name="axes">Of the node's output.</param>
    public static bool Is(Node node, SequenceAxes axes) => node.Op switch
    {
        Binary { Function: BinaryKind.Add } => node.Inputs.Any(i => Holds(i!, node, axes, Low)),
        Where => (Holds(node.Input(0), node, axes, (t, i) => t.Span<bool>()[i]) && Everywhere(node.Input(1), Low))
            || (Holds(node.Input(0), node, axes, (t, i) => !t.Span<bool>()[i]) && Everywhere(node.Input(2), Low)),
        _ => false,
    };

    private static bool Low(Tensor tensor, int index) => tensor.Type == ElementType.F32 && tensor.Span<float>()[index] <= Hidden;

    private static bool Everywhere(Value value, Func<Tensor, int, bool> hides) =>
        value.Constant is { } tensor && Enumerable.Range(0, checked((int)tensor.Length)).All(i => hides(tensor, i));

    /// <summary>True for every element of a constant whose key is behind its query.</summary>
    private static bool Holds(Value value, Node node, SequenceAxes axes, Func<Tensor, int, bool> hides)
    {
        int shift = node.Output.Rank - value.Rank, query = axes.Query - shift, key = axes.Key - shift;
        if (value.Constant is not { } table || query < 0 || key < 0 || table.Shape[query] < 2 || table.Shape[query] != table.Shape[key])
        {
            return false;
        }

        var strides = StridedView.RowMajor(table.Shape);
        for (int i = 0; i < table.Length; i++)
        {
            if ((i / strides[key] % table.Shape[key]) > (i / strides[query] % table.Shape[query]) && !hides(table, i))
            {
                return false;
            }
        }

        return true;
    }
}
