using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The indices [rank, count] of the elements that are not zero; the elements have to be known, for the size of the result follows from them. Opset 9, 13.</summary>
internal static class NonZero
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.ConstantTensor(0) ?? throw node.Invalid("input 0 is missing");
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
        return [GraphBuilder.Constant(node.OutputName(0), Tensor.Of(indices, x.Rank, found.Count))];
    }
}
