using System.ComponentModel;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MixPrec.Runtime;

/// <summary>Views of tensor spans as plain spans, without copies or allocation; the tensor overloads of generated classes use it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DenseTensor
{
    /// <summary>The elements of an input tensor in row-major order.</summary>
    /// <param name="tensor">Must be dense.</param>
    /// <param name="shape">The lengths the model expects, outermost first.</param>
    /// <param name="parameter">Names the argument in messages.</param>
    /// <exception cref="ArgumentException">Another shape, or the elements do not lie one after another.</exception>
    public static ReadOnlySpan<T> Flatten<T>(scoped in ReadOnlyTensorSpan<T> tensor, scoped ReadOnlySpan<nint> shape, string parameter)
    {
        Check(tensor.Lengths, tensor.IsDense, shape, parameter);
        return MemoryMarshal.CreateReadOnlySpan(in tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));
    }

    /// <summary>The elements of an output tensor in row-major order.</summary>
    /// <inheritdoc cref="Flatten{T}(in ReadOnlyTensorSpan{T}, ReadOnlySpan{nint}, string)"/>
    public static Span<T> Flatten<T>(scoped in TensorSpan<T> tensor, scoped ReadOnlySpan<nint> shape, string parameter)
    {
        Check(tensor.Lengths, tensor.IsDense, shape, parameter);
        return MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));
    }

    /// <summary>The length of one axis of an input tensor, which gives a run-time dimension.</summary>
    /// <param name="tensor">The input.</param>
    /// <param name="axis">From 0, outermost first.</param>
    /// <param name="parameter">Names the argument in messages.</param>
    /// <exception cref="ArgumentException">The tensor has fewer axes, or the length exceeds 2^31 - 1.</exception>
    public static int LengthOf<T>(scoped in ReadOnlyTensorSpan<T> tensor, int axis, string parameter) =>
        axis < tensor.Rank && tensor.Lengths[axis] <= int.MaxValue
            ? (int)tensor.Lengths[axis]
            : throw new ArgumentException($"'{parameter}' must have a run-time dimension as axis {axis}, but has {tensor.Rank} axes.",
                parameter);

    private static void Check(ReadOnlySpan<nint> given, bool dense, ReadOnlySpan<nint> expected, string parameter)
    {
        if (!given.SequenceEqual(expected))
        {
            Refusal.Shape(parameter, given, expected);
        }
        if (!dense)
        {
            Refusal.NotDense(parameter);
        }
    }
}
