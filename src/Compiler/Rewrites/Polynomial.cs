using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// A value as a polynomial in two values that it is computed from: Σ c[i, j]·xⁱ·gʲ. Two spellings of one formula have the same
/// coefficients, in whatever order an exporter multiplies.
/// </summary>
internal sealed class Polynomial
{
    private const int LargestDegree = 4, LargestDepth = 8;

    /// <summary>
    /// Relative: a coefficient is the product of at most three constants, each rounded to float once, so it is off by less than 3·2⁻²⁴.
    /// </summary>
    private const double Tolerance = 1.0 / (1 << 22);

    private readonly Dictionary<(int X, int G), double> _terms;

    private Polynomial(IEnumerable<KeyValuePair<(int X, int G), double>> terms) => _terms = terms.Where(t => t.Value != 0).ToDictionary();

    public static Polynomial FromTerms(params IEnumerable<(int X, int G, double Coefficient)> terms) =>
        new(terms.Select(t => KeyValuePair.Create((t.X, t.G), t.Coefficient)));

    /// <summary>
    /// The polynomial, or null when the value is none of small degree in <paramref name="x"/> and <paramref name="gate"/> with constant
    /// coefficients.
    /// </summary>
    public static Polynomial? FromValue(Value value, Value x, Value? gate = null) => FromValue(value, x, gate, LargestDepth);

    /// <summary>c when the polynomial is c·x.</summary>
    public double? Slope => _terms.Count == 1 && _terms.TryGetValue((1, 0), out double slope) ? slope : null;

    public bool IsCloseTo(Polynomial other) =>
        _terms.Count == other._terms.Count && other._terms.All(t =>
            _terms.TryGetValue(t.Key, out double c) && Math.Abs(c - t.Value) <= Tolerance * Math.Abs(t.Value));

    private static Polynomial? FromValue(Value value, Value x, Value? gate, int depth)
    {
        if (ReferenceEquals(value, x))
        {
            return FromTerms((1, 0, 1));
        }

        if (ReferenceEquals(value, gate))
        {
            return FromTerms((0, 1, 1));
        }

        if (value.Scalar() is { } number)
        {
            return FromTerms((0, 0, number));
        }

        if (depth == 0 || value.Producer is not { Op: Binary { Function: var function } } node
            || FromValue(node.Input(0), x, gate, depth - 1) is not { } left)
        {
            return null;
        }

        if (function == BinaryKind.Pow)
        {
            return node.Input(1).Scalar() is { } power and (2 or 3) ? Power(left, (int)power) : null;
        }

        return FromValue(node.Input(1), x, gate, depth - 1) is not { } right ? null : function switch
        {
            BinaryKind.Add => left.Plus(right, 1),
            BinaryKind.Sub => left.Plus(right, -1),
            BinaryKind.Mul => left.Times(right),
            BinaryKind.Div => right.Constant is { } divisor ? left.Times(FromTerms((0, 0, 1 / divisor))) : null,
            _ => null,
        };
    }

    /// <summary>The number other than 0 that the polynomial is.</summary>
    private double? Constant => _terms.Count == 1 && _terms.TryGetValue((0, 0), out double c) ? c : null;

    private static Polynomial? Power(Polynomial root, int power) => power == 2 ? root.Times(root) : root.Times(root)?.Times(root);

    private Polynomial Plus(Polynomial other, double sign) =>
        new(_terms.Keys.Union(other._terms.Keys)
            .Select(k => KeyValuePair.Create(k, _terms.GetValueOrDefault(k) + (sign * other._terms.GetValueOrDefault(k)))));

    private Polynomial? Times(Polynomial other)
    {
        var product = new Dictionary<(int X, int G), double>();
        foreach (var (a, c) in _terms)
        {
            foreach (var (b, d) in other._terms)
            {
                var degree = (X: a.X + b.X, G: a.G + b.G);
                if (degree.X + degree.G > LargestDegree)
                {
                    return null;
                }

                product[degree] = product.GetValueOrDefault(degree) + (c * d);
            }
        }

        return new(product);
    }
}
