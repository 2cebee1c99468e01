using System;
using System.Collections.Generic;
using System.Linq;

namespace MixPrec.Plan;

/// <content>What an expression is at most, when its counts are not known yet.</content>
internal sealed partial class IntExpr
{
    /// <summary>True when a count is a part of the expression.</summary>
    public bool HasCount => _terms.Any(t => t.Atoms.Any(a => a.HasCount));

    /// <summary>An expression without counts that is never below this one; null where none is seen.</summary>
    /// <param name="bounds">For each count what it is at most, over symbols that are no counts.</param>
    public IntExpr? AtMost(IReadOnlyDictionary<string, IntExpr> bounds) => HasCount ? Bound(bounds, upper: true) : this;

    /// <summary>
    /// The multiple of the symbol or count <paramref name="identifier"/> that the expression is: what it is divided by it, when that leaves no rest; else null.
    /// </summary>
    public IntExpr? MultipleOf(string identifier) => DivideExactly(Symbol(identifier)) ?? DivideExactly(Count(identifier));

    private IntExpr? Bound(IReadOnlyDictionary<string, IntExpr> bounds, bool upper) =>
        _terms.Select(t => t.Bound(bounds, upper)).Aggregate((IntExpr?)Zero, (sum, term) => sum is null || term is null ? null : sum + term);

    private sealed partial record Term
    {
        /// <summary>Products grow with each factor only as long as no factor is negative.</summary>
        public IntExpr? Bound(IReadOnlyDictionary<string, IntExpr> bounds, bool upper) =>
            Atoms.Length > 1 && Atoms.Any(a => a.HasCount) && Atoms.Any(a => a.LowerBound < 0) ? null
            : Atoms.Select(a => a.Bound(bounds, upper == (Coefficient > 0))).Aggregate((IntExpr?)Constant(Coefficient), (product, atom) => product is null || atom is null ? null : product * atom);
    }

    private sealed partial record Atom
    {
        public bool HasCount => Kind == AtomKind.Count || Left?.HasCount == true || Right?.HasCount == true;

        public IntExpr? Bound(IReadOnlyDictionary<string, IntExpr> bounds, bool upper)
        {
            if (!HasCount)
            {
                return new([new Term(1, [this])]);
            }

            if (Kind == AtomKind.Count)
            {
                return upper ? bounds[Name!] : Zero;
            }

            var (left, right) = (Left!.Bound(bounds, upper), Right!.Bound(bounds, upper));
            return left is null || right is null ? null : Kind switch
            {
                // A divisor that may be 0 has no bound to divide by.
                AtomKind.FloorDiv => Right.HasCount ? null : FloorDiv(left, right),
                AtomKind.Max => Max(left, right),
                _ => Min(left, right),
            };
        }
    }
}
