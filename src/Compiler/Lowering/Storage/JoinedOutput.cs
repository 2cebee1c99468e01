using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Ops;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>
/// The output of a product as some columns of a wider value: where a Concat along the innermost dimension joins nothing but products, each
/// writes its columns into the whole, and nothing is left to copy.
/// </summary>
/// <param name="Columns">Innermost size of <paramref name="Whole"/>.</param>
/// <param name="First">The first column that belongs to the product.</param>
internal sealed record JoinedOutput(Value Whole, int Columns, int First)
{
    /// <summary>Where <paramref name="part"/> goes; null where it lies by itself.</summary>
    public static JoinedOutput? Find(Value part, Graph graph)
    {
        if (!graph.HasOneUse(part) || graph.ConsumersOf(part)[0] is not { Op: Concat concat } join)
        {
            return null;
        }

        bool images = part.Producer?.Op is Conv;
        int innermost = images ? 1 : part.Rank - 1;
        return concat.Axis == innermost && join.Inputs.All(x => IsProduct(x!, images, graph))
            ? new(join.Output, Sum(join.Inputs, innermost), Sum(join.Inputs.TakeWhile(x => !ReferenceEquals(x, part)), innermost))
            : null;
    }

    private static bool IsProduct(Value value, bool image, Graph graph) =>
        graph.HasOneUse(value) && value.Producer is { } producer && (image
        ? producer.HasPackedKernel() && Layout.ChannelsLast.For(value) == Layout.ChannelsLast
        : producer.Op is MatMul && producer.HasConstantWeights());

    private static int Sum(IEnumerable<Value?> values, int dimension) => checked((int)values.Sum(v => v!.Shape[dimension].Value));
}
