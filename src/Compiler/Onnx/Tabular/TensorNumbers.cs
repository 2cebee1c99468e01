using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>The elements of a tensor of an attribute as doubles, which hold them exactly.</summary>
internal static class TensorNumbers
{
    /// <exception cref="MixPrecException">MXP3004: the elements are no numbers of 64 bits at most.</exception>
    public static double[] Read(OnnxNode node, Tensor tensor)
    {
        var numbers = Tensor.Zeros(ElementType.F64, tensor.Length);
        var flat = tensor.Reshape([tensor.Length]);
        for (int i = 0; i < flat.Length; i++)
        {
            if (!ElementConversion.TryConvert(flat, numbers, i))
            {
                throw node.Invalid($"a tensor of {tensor.Type} stands where numbers are needed");
            }
        }

        return numbers.Span<double>().ToArray();
    }
}
