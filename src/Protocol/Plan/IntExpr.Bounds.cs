using System;
using System.Collections.Generic;
using System.Linq;

namespace MixPrec.Plan;

/// <content>Between which numbers an expression stays, and what it is at most when its counts are not known yet.</content>
internal sealed partial class IntExpr
{
    private const long NoLow = long.MinValue, NoHigh = long.MaxValue;

    /// <summary>More steps of <see cref="Estimated"/> than any model needs.</summary>
    private const int MostEstimates = 8;

    /// <summary>Sums of more terms are not compared: an estimate of each would cost more than it tells.</summary>
    private const int MostEstimated = 8;

    /// <summary>Low and high, once somebody asked.</summary>
    private Tuple<long, long>? _range;

    /// <summary>
    /// True when the expression is known to be at least 0 for every value of the symbols; false also where that is not seen.
    /// </summary>
    public bool IsNonNegative => Low >= 0;

    /// <summary>A number that the expression is never below; the least integer where none is seen.</summary>
    public long Low => (_range ??= FindRange()).Item1;

    /// <summary>A number that the expression is never above; the greatest integer where none is seen.</summary>
    public long High => (_range ??= FindRange()).Item2;

    /// <summary>An expression without counts that is never below this one; null where none is seen.</summary>
    /// <param name="bounds">For each count what it is at most, over symbols that are no counts.</param>
    public IntExpr? AtMost(IReadOnlyDictionary<string, IntExpr> bounds) => HasCount ? new CountBounds(bounds).Of(this, upper: true) : this;

    private static (long Low, long High) RangeOf(AtomKind kind, IntExpr left, IntExpr right) => kind switch
    {
        AtomKind.Max => (Math.Max(left.Low, right.Low), Math.Max(left.High, right.High)),
        AtomKind.Min => (Math.Min(left.Low, right.Low), Math.Min(left.High, right.High)),
        _ when right.IsConstant && right.Value > 0 =>
            (left.Low == NoLow ? NoLow : Floor(left.Low, right.Value), left.High == NoHigh ? NoHigh : Floor(left.High, right.Value)),
        _ => (left.Low >= 0 && right.Low >= 1 ? 0 : NoLow, left.High >= 0 && right.Low >= 1 ? left.High : NoHigh),
    };

    /// <summary>
    /// From the ranges of the terms, or, where these say nothing, from an estimate without divisions: h − ⌊h/2⌋ is never below h/2.
    /// </summary>
    private Tuple<long, long> FindRange()
    {
        long low = 0, high = 0;
        foreach (var term in _terms)
        {
            var (l, h) = RangeOf(term);
            low = Add(low, l, NoLow);
            high = Add(high, h, NoHigh);
        }

        if (low == NoLow && Estimated(upper: false) is var (below, by))
        {
            low = Math.Max(low, below == NoLow ? NoLow : -Floor(-below, by));
        }

        if (high == NoHigh && Estimated(upper: true) is var (above, over))
        {
            high = Math.Min(high, above == NoHigh ? NoHigh : Floor(above, over));
        }

        return Tuple.Create(low, high);
    }

    private static (long Low, long High) RangeOf(Term term)
    {
        if (term.Atoms.Length == 0)
        {
            return (term.Coefficient, term.Coefficient);
        }

        if (term.Atoms.Length > 1 && term.Atoms.Any(a => a.Low < 0))
        {
            return (NoLow, NoHigh);
        }

        // No factor is negative, or there is one.
        long low = term.Atoms.Aggregate(1L, (p, a) => Times(p, a.Low, NoLow)),
            high = term.Atoms.Aggregate(1L, (p, a) => Times(p, a.High, NoHigh));
        return term.Coefficient > 0 ? (Times(term.Coefficient, low, NoLow), Times(term.Coefficient, high, NoHigh))
            : (Times(term.Coefficient, high, NoLow), Times(term.Coefficient, low, NoHigh));
    }

    /// <summary>
    /// A bound of this expression times a number, and the number: each ⌊x/d⌋ in a sum is between (x − d + 1)/d and x/d. Null where the
    /// terms hold none.
    /// </summary>
    private (long Bound, long Times)? Estimated(bool upper)
    {
        if (_terms.Length > MostEstimated)
        {
            return null;
        }

        var sum = this;
        long times = 1;
        for (int i = 0; i < MostEstimates; i++)
        {
            var floor = sum._terms.FirstOrDefault(t => t.Atoms.Length == 1
                && t.Atoms[0] is { Kind: AtomKind.FloorDiv, Right: { IsConstant: true, Value: > 0 and <= LargestDivisor } });
            if (floor is null || times > LargestDivisor / floor.Atoms[0].Right!.Value)
            {
                return i == 0 ? null : (upper ? sum.TermsHigh : sum.TermsLow, times);
            }

            var (x, d) = (floor.Atoms[0].Left!, floor.Atoms[0].Right!.Value);
            try
            {
                sum = ((sum - new IntExpr([floor])) * d) + ((floor.Coefficient < 0 == upper ? x - (d - 1) : x) * floor.Coefficient);
            }
            catch (Exception e) when (e is OverflowException or IntExprSizeException)
            {
                return null;
            }

            times *= d;
        }

        return null;
    }

    private long TermsLow => _terms.Aggregate(0L, (sum, t) => Add(sum, RangeOf(t).Low, NoLow));

    private long TermsHigh => _terms.Aggregate(0L, (sum, t) => Add(sum, RangeOf(t).High, NoHigh));

    /// <summary>The sum; no bound where one has none or where it does not fit.</summary>
    private static long Add(long a, long b, long none) => a is NoLow or NoHigh || b is NoLow or NoHigh
        || (b > 0 ? a > NoHigh - b : a < NoLow - b) ? none : a + b;

    private static long Times(long a, long b, long none)
    {
        if (a == 0 || b == 0)
        {
            return 0;
        }

        if (a is NoLow or NoHigh || b is NoLow or NoHigh)
        {
            return none;
        }

        long product = unchecked(a * b);
        return product / b == a && product is not (NoLow or NoHigh) ? product : none;
    }

    /// <summary>Bounds of expressions whose counts are bounded, each part once.</summary>
    private sealed class CountBounds(IReadOnlyDictionary<string, IntExpr> counts)
    {
        private readonly Dictionary<(Atom, bool), IntExpr?> _known = [];

        public IntExpr? Of(IntExpr expression, bool upper) =>
            expression._terms.Select(t => Of(t, upper)).Aggregate((IntExpr?)Zero, (sum, term) =>
                sum is null || term is null ? null : sum + term);

        /// <summary>Products grow with each factor only as long as no factor is negative.</summary>
        private IntExpr? Of(Term term, bool upper) => term.Atoms.Length > 1 && term.HasCount && term.Atoms.Any(a => a.Low < 0) ? null
            : term.Atoms.Select(a => Of(a, upper == (term.Coefficient > 0)))
                .Aggregate((IntExpr?)Constant(term.Coefficient), (product, atom) =>
                    product is null || atom is null ? null : product * atom);

        private IntExpr? Of(Atom atom, bool upper)
        {
            if (!atom.HasCount || atom.Kind == AtomKind.Count)
            {
                return !atom.HasCount ? IntExpr.FromAtom(atom) : upper ? counts[atom.Name!] : Zero;
            }

            if (!_known.TryGetValue((atom, upper), out var bound))
            {
                // A divisor that may be 0 has no bound to divide by.
                bound = (atom.Kind != AtomKind.FloorDiv || !atom.Right!.HasCount) && Of(atom.Left!, upper) is { } left
                    && Of(atom.Right!, upper) is { } right
                    ? Apply(atom.Kind, left, right) : null;
                _known.Add((atom, upper), bound);
            }

            return bound;
        }
    }
}
