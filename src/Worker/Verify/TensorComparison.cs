using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Worker.Verify;

/// <summary>
/// Whether a tensor is the expected one: same element type and shape; integers and truth values exactly; floats within |actual − expected|
/// ≤ atol + rtol·|expected|, where NaN equals NaN and an infinity only itself. The tolerances are those of the ONNX backend test runner
/// (1e-3 and 1e-7), or half a unit in the last place where the element type is coarser than that. The outputs of a whole network may also
/// differ by its rounding errors, a share of their largest element: what is left of large terms that cancel is not exact to 1e-3 of itself.
/// What misses that is judged by how far the network itself moves when rounding alone differs (<see cref="OwnRounding"/>).
/// </summary>
internal static class TensorComparison
{
    private const double RelativeTolerance = 1e-3, AbsoluteTolerance = 1e-7;

    /// <summary>bf16 keeps 8 bits: neighbouring values differ by up to 2⁻⁷ of their size.</summary>
    private const double BF16Tolerance = 1.0 / 128;

    /// <summary>What differs, in words, or null when nothing does.</summary>
    /// <param name="roundoff">Share of the largest expected element by which every element may differ.</param>
    public static string? Difference(Tensor actual, Tensor expected, double roundoff = 0)
    {
        if (actual.Type != expected.Type)
        {
            return $"element type {actual.Type} instead of {expected.Type}";
        }

        if (!actual.Shape.SequenceEqual(expected.Shape))
        {
            return $"shape [{string.Join(",", actual.Shape)}] instead of [{string.Join(",", expected.Shape)}]";
        }

        return expected.Type switch
        {
            ElementType.F32 => Floats(actual.Span<float>(), expected.Span<float>(), x => x, RelativeTolerance, roundoff),
            ElementType.F64 => Floats(actual.Span<double>(), expected.Span<double>(), x => x, RelativeTolerance, roundoff),
            ElementType.F16 => Floats(actual.Span<Half>(), expected.Span<Half>(), x => (double)x, RelativeTolerance, roundoff),
            ElementType.BF16 => Floats(actual.Span<ushort>(), expected.Span<ushort>(), x =>
                new BF16(x).ToSingle(), BF16Tolerance, roundoff),
            _ => Exact(actual, expected),
        };
    }

    private static string? Floats<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, Func<T, double> value, double relative,
        double roundoff)
    {
        double absolute = AbsoluteTolerance + (roundoff * Largest(expected, value));
        int wrong = 0, worst = -1;
        double largest = -1;
        for (int i = 0; i < actual.Length; i++)
        {
            double a = value(actual[i]), e = value(expected[i]);
            if (a.Equals(e) || a == e)
            {
                continue;
            }

            double excess = double.IsFinite(a) && double.IsFinite(e) ? Math.Abs(a - e) - (absolute + (relative * Math.Abs(e)))
                : double.PositiveInfinity;
            wrong += excess > 0 ? 1 : 0;
            if (excess > 0 && excess > largest)
            {
                (largest, worst) = (excess, i);
            }
        }

        return wrong == 0 ? null : Described(wrong, actual.Length, worst, value(actual[worst]), value(expected[worst])) + Share(actual,
            expected, value);
    }

    /// <summary>What one element does not tell: how far the whole is off.</summary>
    private static string Share<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, Func<T, double> value)
    {
        double error = 0, scale = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double a = value(actual[i]), e = value(expected[i]);
            if (double.IsFinite(a) && double.IsFinite(e))
            {
                (error, scale) = (error + ((a - e) * (a - e)), scale + (e * e));
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $" (relative RMS {(error == 0 ? 0 : Math.Sqrt(error / scale)):G3})");
    }

    private static double Largest<T>(ReadOnlySpan<T> values, Func<T, double> value)
    {
        double largest = 0;
        foreach (var v in values)
        {
            largest = double.IsFinite(value(v)) ? Math.Max(largest, Math.Abs(value(v))) : largest;
        }

        return largest;
    }

    private static string? Exact(Tensor actual, Tensor expected)
    {
        int size = expected.Type.Size(), wrong = 0, first = -1;
        for (int i = 0; i < (int)expected.Length; i++)
        {
            if (!actual.Bytes.Slice(i * size, size).SequenceEqual(expected.Bytes.Slice(i * size, size)))
            {
                wrong++;
                first = first < 0 ? i : first;
            }
        }

        return wrong == 0 ? null : Described(wrong, (int)expected.Length, first, TensorElements.At(actual, first),
            TensorElements.At(expected, first));
    }

    private static string Described(int wrong, int length, int index, object actual, object expected) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{wrong} of {Counted.Format(length, "element")} differ, at {index}: {actual} instead of {expected}");
}
