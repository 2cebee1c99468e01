using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// Elementwise functions: exact where one rounding defines them, else within the units in the last place that the kernels state.
/// </summary>
internal static class BoundedFunctions
{
    /// <summary>
    /// What the vector functions may differ from the exact value, in units in the last place (their documentation: 3), plus the rounding of
    /// this reference.
    /// </summary>
    private const double Ulps = 4;

    public static Bounded Apply(UnaryFunction? function, Bounded x)
    {
        if (function is null)
        {
            return x;
        }

        var y = Bounded.Of(x.Shape);
        var (slope, exact) = Slope(function);
        for (int i = 0; i < x.Values.Length; i++)
        {
            float v = x.Values[i];
            y.Value.Writable<float>()[i] = function.Kind == UnaryKind.LeakyRelu && v < 0 ? function.Alpha * v : (float)function.Evaluate(v);
            double moved = slope * x.Bounds[i];
            y.Bound.Writable<double>()[i] = exact && x.Bounds[i] == 0 ? 0
                : moved + (Ulps * 2 * Bounded.U * (Size(function, v, y.Values[i]) + moved)) + (exact ? 0 : float.Epsilon);
        }

        return y;
    }

    public static Bounded Apply(BinaryKind kind, Bounded a, Bounded b, long[] shape)
    {
        var y = Bounded.Of(shape);
        Broadcasting.Visit(shape, a.Shape, b.Shape, (at, left, right) =>
        {
            int i = (int)at, l = (int)left, r = (int)right;
            float p = a.Values[l], q = b.Values[r];
            double e = a.Bounds[l], f = b.Bounds[r];
            y.Value.Writable<float>()[i] = kind switch
            {
                BinaryKind.Add => p + q,
                BinaryKind.Sub => p - q,
                BinaryKind.Mul => p * q,
                BinaryKind.Max => Math.Max(p, q),
                BinaryKind.Min => Math.Min(p, q),
                _ => throw new NotSupportedException(kind.ToString()),
            };
            double moved = kind == BinaryKind.Mul ? (Math.Abs(p) * f) + (Math.Abs(q) * e) + (e * f) : e + f;
            y.Bound.Writable<double>()[i] = moved == 0 ? 0 : moved + (2 * Bounded.U * (Math.Abs(y.Values[i]) + moved));
        });
        return y;
    }

    /// <summary>What the roundings are relative to: the result, or the terms of a sum that may cancel.</summary>
    private static double Size(UnaryFunction function, float x, float y) => function.Kind switch
    {
        UnaryKind.HardSigmoid => Math.Abs(function.Alpha * x) + Math.Abs(function.Beta),
        UnaryKind.HardSwish => Math.Abs(x) * ((Math.Abs(x) / 6) + 0.5),
        _ => Math.Abs(y),
    };

    /// <summary>The steepest slope, and whether single precision gives the function exactly.</summary>
    private static (double Slope, bool Exact) Slope(UnaryFunction function) => function.Kind switch
    {
        UnaryKind.Neg or UnaryKind.Relu or UnaryKind.Clip => (1, true),
        UnaryKind.LeakyRelu => (Math.Max(1, Math.Abs(function.Alpha)), true),
        UnaryKind.Tanh => (1, false),
        UnaryKind.Elu => (Math.Max(1, Math.Abs(function.Alpha)), false),
        UnaryKind.Sigmoid => (0.25, false),
        UnaryKind.HardSigmoid => (Math.Abs(function.Alpha), false),
        UnaryKind.HardSwish => (1.5, false),
        _ => throw new NotSupportedException(function.Kind.ToString()),
    };
}
