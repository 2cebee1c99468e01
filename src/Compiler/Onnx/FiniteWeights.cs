using System.Numerics.Tensors;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// What the weights of a layer may hold. Constants as such may hold anything: −∞ in the mask of an attention, in a table of logarithms or
/// as the start of a running maximum is meant. A weight that is not finite is not: it has no step to be quantized with, and a product with
/// it is NaN for every input that is 0.
/// </summary>
internal static class FiniteWeights
{
    /// <summary>True when every element is a finite number; integers are.</summary>
    public static bool Holds(Tensor tensor) => tensor.Type switch
    {
        // Of no elements IsFiniteAll says false.
        _ when tensor.Length == 0 => true,
        ElementType.F32 => TensorPrimitives.IsFiniteAll(tensor.Span<float>()),
        ElementType.F64 => TensorPrimitives.IsFiniteAll(tensor.Span<double>()),
        ElementType.F16 => All(tensor.Span<Half>(), Half.IsFinite),
        ElementType.BF16 => All(tensor.Span<ushort>(), bits => (bits & 0x7F80) != 0x7F80),
        _ => true,
    };

    /// <summary>
    /// True when no element is NaN: what is added behind a product may be infinite, a logit that can never win for example.
    /// </summary>
    public static bool AreNumbers(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => !TensorPrimitives.IsNaNAny(tensor.Span<float>()),
        ElementType.F64 => !TensorPrimitives.IsNaNAny(tensor.Span<double>()),
        ElementType.F16 => All(tensor.Span<Half>(), element => !Half.IsNaN(element)),
        ElementType.BF16 => All(tensor.Span<ushort>(), bits => (bits & 0x7FFF) <= 0x7F80),
        _ => true,
    };

    private static bool All<T>(ReadOnlySpan<T> elements, Func<T, bool> holds)
    {
        foreach (var element in elements)
        {
            if (!holds(element))
            {
                return false;
            }
        }

        return true;
    }
}
