using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// A product that is only added to a value of its own size, as the branches of a residual block are: it stores the sum, and what a function
/// behind it makes of that, and the passes over memory for the two are gone. The numbers are the same.
/// </summary>
/// <param name="Nodes">The sum, and the function behind it if there is one.</param>
/// <param name="Addend">The other value.</param>
/// <param name="Activation">The function behind the sum.</param>
internal sealed record SummedOutput(IReadOnlyList<Node> Nodes, Value Addend, UnaryFunction? Activation)
{
    /// <summary>What the product stores.</summary>
    public Value Result => Nodes[^1].Output;

    /// <summary>Null where the product lies by itself, and for the first of two products that are added.</summary>
    public static SummedOutput? Find(Value product, LoweringContext context)
    {
        var graph = context.Graph;
        if (product.Type.Element != ElementType.F32 || !graph.HasOneUse(product)
            || graph.ConsumersOf(product)[0] is not { Op: Binary { Function: BinaryKind.Add } } sum)
        {
            return null;
        }

        var addend = sum.Input(ReferenceEquals(sum.Input(0), product) ? 1 : 0);
        return !addend.Shape.SequenceEqual(product.Shape) || !context.IsStored(addend) || !context.HasFloats(addend) ? null
            : graph.HasOneUse(sum.Output) && graph.ConsumersOf(sum.Output)[0] is { Op: Unary function } behind
                ? new([sum, behind], addend, function.Function)
            : new([sum], addend, null);
    }
}
