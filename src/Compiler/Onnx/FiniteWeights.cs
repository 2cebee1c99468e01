using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Whether constants may enter the graph: NaN never may; infinity only as a single element, where it is a bound
/// (Clip, the mask value of an attention) and no weight.
/// </summary>
internal static class FiniteWeights
{
    public static bool Holds(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => Holds(tensor, tensor.Span<float>(), float.IsFinite, float.IsNaN),
        ElementType.F64 => Holds(tensor, tensor.Span<double>(), double.IsFinite, double.IsNaN),
        ElementType.F16 => Holds(tensor, tensor.Span<Half>(), Half.IsFinite, Half.IsNaN),
        ElementType.BF16 => Holds(tensor, tensor.Span<ushort>(), b => (b & 0x7F80) != 0x7F80, b => (b & 0x7FFF) > 0x7F80),
        _ => true,
    };

    private static bool Holds<T>(Tensor tensor, ReadOnlySpan<T> elements, Func<T, bool> isFinite, Func<T, bool> isNaN)
    {
        foreach (var element in elements)
        {
            if (!isFinite(element) && (tensor.Length > 1 || isNaN(element)))
            {
                return false;
            }
        }

        return true;
    }
}
