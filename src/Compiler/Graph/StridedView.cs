using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Copies of constants through a strided view: the meaning of Transpose, Slice and Expand.</summary>
internal static class StridedView
{
    /// <summary>Element strides of a dense row-major tensor.</summary>
    public static IReadOnlyList<long> RowMajor(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        long stride = 1;
        for (int i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    /// <inheritdoc cref="RowMajor(IReadOnlyList{long})"/>
    public static IReadOnlyList<IntExpr> RowMajor(IReadOnlyList<IntExpr> shape) =>
        [.. shape.Select((_, i) => IntExpr.Product(shape.Skip(i + 1)))];

    /// <summary>A tensor of <paramref name="shape"/> whose element at index i is x's element at offset + Σ i·strides.</summary>
    public static Tensor Copy(Tensor x, long[] shape, long offset, long[] strides)
    {
        var result = Tensor.Zeros(x.Type, shape);
        int size = x.Type.Size();
        var from = x.Bytes;
        var to = result.Writable<byte>();
        var index = new long[shape.Length];
        for (long i = 0, source = offset; i < result.Length; i++)
        {
            from.Slice(checked((int)(source * size)), size).CopyTo(to[checked((int)(i * size))..]);
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                source += strides[d];
                if (++index[d] < shape[d])
                {
                    break;
                }

                source -= strides[d] * shape[d];
                index[d] = 0;
            }
        }

        return result;
    }
}
