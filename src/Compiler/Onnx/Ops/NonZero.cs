using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The indices [rank, count] of the elements that are not zero. Opset 9, 13.</summary>
internal static class NonZero
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        // A scalar counts as a vector of one element.
        var x = node.Input(0);
        return [new Formula(node).Result(Indices(node, x.Rank == 0 ? new Formula(node).Reshape(x, 1) : x))];
    }

    /// <summary>I64 [rank, count]; how many there are is found out by the run where the elements are not known.</summary>
    public static Value Indices(OnnxNode node, Value x) => x.Constant is { } known
        ? node.Constant("indices", Indices(node, known))
        : node.AddPart("indices", new Graphs.Ops.NonZero(node.Count(0, x.Type.Length)), x);

    private static Tensor Indices(OnnxNode node, Tensor x)
    {
        var numbers = Tensor.Zeros(ElementType.F64, x.Length);
        var found = new List<int>();
        for (int i = 0; i < x.Length; i++)
        {
            if (!ElementConversion.TryConvert(x, numbers, i))
            {
                throw node.NotSupported($"element type {x.Type}");
            }

            if (numbers.Span<double>()[i] != 0)
            {
                found.Add(i);
            }
        }

        var strides = StridedView.RowMajor(x.Shape);
        long[] indices = [.. Enumerable.Range(0, x.Rank).SelectMany(d => found.Select(i => i / strides[d] % x.Shape[d]))];
        return Tensor.Create(indices, x.Rank, found.Count);
    }
}
