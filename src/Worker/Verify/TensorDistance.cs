using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Worker.Verify;

/// <summary>A tensor that is compared with several others; its numbers are converted once.</summary>
internal sealed class ComparedTensor(Tensor tensor)
{
    private readonly Lazy<double[]> _numbers = new(() => Converted(tensor));

    public Tensor Tensor => tensor;

    /// <summary>The elements of a tensor of floats.</summary>
    public double[] Numbers => _numbers.Value;

    private static double[] Converted(Tensor tensor)
    {
        var wide = Tensor.Zeros(ElementType.F64, tensor.Shape);
        for (int i = 0; i < tensor.Length; i++)
        {
            ElementConversion.TryConvert(tensor, wide, i);
        }

        return wide.Span<double>().ToArray();
    }
}

/// <summary>How far two tensors of one type and shape lie apart.</summary>
/// <param name="RelativeRms">Root mean square of the differences, as a share of that of the reference.</param>
/// <param name="Largest">Largest difference.</param>
/// <param name="Different">Elements that differ at all.</param>
/// <param name="Length">Elements.</param>
internal sealed record TensorDistance(double RelativeRms, double Largest, long Different, long Length, bool IsOfFloats)
{
    public static TensorDistance? Measure(Tensor actual, Tensor expected) =>
        Measure(new ComparedTensor(actual), new ComparedTensor(expected));

    /// <summary>Null where an element is NaN or infinite in one of them alone: no rounding makes that.</summary>
    public static TensorDistance? Measure(ComparedTensor actual, ComparedTensor reference)
    {
        var expected = reference.Tensor;
        if (!expected.Type.IsFloat())
        {
            int size = expected.Type.Size();
            long different = Enumerable.Range(0, (int)expected.Length)
                .LongCount(i => !actual.Tensor.Bytes.Slice(i * size, size).SequenceEqual(expected.Bytes.Slice(i * size, size)));
            return new(Math.Sqrt(different / (double)Math.Max(1, expected.Length)), different > 0 ? 1 : 0, different,
                expected.Length, false);
        }

        double[] a = actual.Numbers, e = reference.Numbers;
        double error = 0, scale = 0, largest = 0;
        long count = 0;
        for (int i = 0; i < e.Length; i++)
        {
            if (a[i].Equals(e[i]) || a[i] == e[i])
            {
                scale += double.IsFinite(e[i]) ? e[i] * e[i] : 0;
                continue;
            }

            if (!double.IsFinite(a[i]) || !double.IsFinite(e[i]))
            {
                return null;
            }

            count++;
            error += (a[i] - e[i]) * (a[i] - e[i]);
            scale += e[i] * e[i];
            largest = Math.Max(largest, Math.Abs(a[i] - e[i]));
        }

        return new(error == 0 ? 0 : Math.Sqrt(error / scale), largest, count, e.Length, true);
    }
}
