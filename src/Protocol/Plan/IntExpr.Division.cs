using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace MixPrec.Plan;

/// <content>Division. Floors are brought into one form, so that different ways to one size (two strides of 2, one stride of 4) are seen to
/// be equal.</content>
internal sealed partial class IntExpr
{
    /// <summary>
    /// Divisors of nested divisions are multiplied up to here, which leaves room for the sums that they are multiplied with.
    /// </summary>
    private const long LargestDivisor = 1L << 40;

    /// <summary>⌊left / right⌋ for right ≥ 1.</summary>
    public static IntExpr FloorDiv(IntExpr left, IntExpr right)
    {
        if (right.IsConstant && right.Value == 0)
        {
            throw new DivideByZeroException();
        }

        if (left.IsConstant && right.IsConstant)
        {
            return Floor(left.Value, right.Value);
        }

        if (left.DivideExactly(right) is { } exact)
        {
            return exact;
        }

        // ⌊(d·q + r) / d⌋ = q + ⌊r / d⌋: what divides exactly leaves the division, so that sizes that are multiples of d stay polynomials.
        var (whole, rest) = left.SplitMultiples(right);
        return whole != Zero ? whole + FloorDiv(rest, right)
            : right.IsConstant && right.Value > 0 ? FloorDiv(left, right.Value)
            : FromAtom(new Atom(AtomKind.FloorDiv, left, right));
    }

    /// <summary>⌈left / right⌉ for right ≥ 1.</summary>
    public static IntExpr CeilDiv(IntExpr left, IntExpr right) => FloorDiv(left + right - 1, right);

    /// <summary>The least multiple of <paramref name="multiple"/> that is not below <paramref name="value"/>.</summary>
    public static IntExpr RoundUp(IntExpr value, int multiple) => CeilDiv(value, multiple) * multiple;

    /// <summary>left / right when the division leaves no rest for every value of the symbols, else null.</summary>
    public IntExpr? DivideExactly(IntExpr right)
    {
        if (right._terms.Length != 1)
        {
            return Equals(right) ? One : null;
        }

        var divisor = right._terms[0];
        var quotient = new List<Term>();
        foreach (var term in _terms)
        {
            var atoms = term.Atoms.ToBuilder();
            if (term.Coefficient % divisor.Coefficient != 0 || !divisor.Atoms.All(atoms.Remove))
            {
                return null;
            }

            quotient.Add(new(term.Coefficient / divisor.Coefficient, atoms.ToImmutable()));
        }

        return new(quotient);
    }

    /// <summary>What is left of both after the factors that all their terms have in common are taken away.</summary>
    public static (IntExpr Left, IntExpr Right) WithoutCommonFactors(IntExpr left, IntExpr right)
    {
        if (left._terms.Length == 0 || right._terms.Length == 0)
        {
            return (left, right);
        }

        foreach (var factor in left._terms[0].Atoms.Where(a => a.Low > 0).Select(FromAtom))
        {
            if (left.DivideExactly(factor) is { } l && right.DivideExactly(factor) is { } r)
            {
                (left, right) = (l, r);
            }
        }

        long common = left._terms.Concat(right._terms).Aggregate(0L, (gcd, t) => Gcd(gcd, t.Coefficient));
        return common > 1 ? (left.DivideExactly(common)!, right.DivideExactly(common)!) : (left, right);
    }

    /// <summary>Without a term that is a multiple of the divisor.</summary>
    private static IntExpr FloorDiv(IntExpr left, long divisor)
    {
        // ⌊(c + r) / d⌋ with |c| ≥ d: the constant is kept in 0…d − 1, other coefficients below d.
        long Whole(Term t) => t.Atoms.Length == 0 ? Floor(t.Coefficient, divisor) : t.Coefficient / divisor;
        var whole = new IntExpr(left._terms.Select(t => new Term(Whole(t), t.Atoms)));
        var rest = new IntExpr(left._terms.Select(t => new Term(t.Coefficient - (Whole(t) * divisor), t.Atoms)));
        if (whole != Zero)
        {
            return whole + FloorDiv(rest, (IntExpr)divisor);
        }

        // ⌊(g·x + r) / (g·d)⌋ = ⌊(x + k) / d⌋ where r stays between g·k and g·k + g − 1.
        foreach (long g in rest._terms.Where(t => t.Atoms.Length > 0).Select(t => Gcd(t.Coefficient, divisor)).Append(divisor)
            .Where(g => g > 1).Distinct().OrderByDescending(g => g))
        {
            var few = new IntExpr(rest._terms.Where(t => t.Coefficient % g != 0));
            if (few.Low > long.MinValue && few.High < long.MaxValue && Floor(few.Low, g) is var k && k == Floor(few.High, g))
            {
                return FloorDiv((rest - few).DivideExactly(g)! + k, (IntExpr)(divisor / g));
            }
        }

        // ⌊(⌊x / b⌋ + c) / d⌋ = ⌊(x + c·b) / (b·d)⌋
        var inner = rest.OnlyDivision;
        return inner?.Right!.Value is { } b && b <= LargestDivisor / divisor
            ? FloorDiv(inner.Left! + ((rest - FromAtom(inner)) * b), (IntExpr)(b * divisor))
            : FromAtom(new Atom(AtomKind.FloorDiv, rest, divisor));
    }

    /// <summary>⌊x / b⌋ of an expression ⌊x / b⌋ + c with constants b and c; null of others.</summary>
    private Atom? OnlyDivision
    {
        get
        {
            var variable = _terms.Where(t => t.Atoms.Length > 0).ToArray();
            return variable.Length == 1 && variable[0] is { Coefficient: 1, Atoms: { Length: 1 } atoms }
                && atoms[0] is { Kind: AtomKind.FloorDiv, Right: { IsConstant: true, Value: > 0 } }
                ? atoms[0] : null;
        }
    }

    /// <summary>The expression as Whole·divisor + Remainder, term by term.</summary>
    private (IntExpr Whole, IntExpr Remainder) SplitMultiples(IntExpr divisor)
    {
        var quotients = _terms.Select(t => (Term: t, Quotient: new IntExpr([t]).DivideExactly(divisor))).ToArray();
        return (Sum(quotients.Where(q => q.Quotient is not null).Select(q => q.Quotient!)),
            new(quotients.Where(q => q.Quotient is null).Select(q => q.Term)));
    }

    private static long Floor(long left, long right)
    {
        long quotient = left / right;
        return (left % right != 0) && (left < 0 != right < 0) ? quotient - 1 : quotient;
    }

    private static long Gcd(long a, long b)
    {
        (a, b) = (Math.Abs(a), Math.Abs(b));
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
