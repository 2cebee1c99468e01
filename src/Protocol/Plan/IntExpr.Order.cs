using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;

namespace MixPrec.Plan;

/// <content> Equality and order by structure. The order is that of the expanded text, character by character, which plans had before parts
/// were shared; the text itself is never made. </content>
internal sealed partial class IntExpr
{
    public bool Equals(IntExpr? other) => other is not null && new Comparison().Same(this, other);

    public override bool Equals(object? obj) => Equals(obj as IntExpr);

    public override int GetHashCode() => _hash;

    public static bool operator ==(IntExpr? left, IntExpr? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(IntExpr? left, IntExpr? right) => !(left == right);

    /// <summary>The terms as they are printed: the constant last.</summary>
    private IEnumerable<Term> Printed => _terms.Length > 1 && _terms[0].Atoms.Length == 0 ? _terms.Skip(1).Concat(_terms.Take(1)) : _terms;

    /// <summary>The order of whole texts, where a text comes before its continuations.</summary>
    private static int Compare(IntExpr left, IntExpr right) => Compare(left, right, closed: false);

    /// <param name="closed">A bracket or comma follows, which stands behind the space that continues an expression.</param>
    private static int Compare(IntExpr left, IntExpr right, bool closed)
    {
        if (left.Equals(right))
        {
            return 0;
        }

        Term[] ls = [.. left.Printed], rs = [.. right.Printed];
        if (ls.Length == 0 || rs.Length == 0)
        {
            return ls.Length == 0 ? string.CompareOrdinal("0", Head(rs[0], first: true))
                : string.CompareOrdinal(Head(ls[0], first: true), "0");
        }

        for (int i = 0; i < ls.Length && i < rs.Length; i++)
        {
            if (i > 0 && ls[i].Coefficient < 0 != rs[i].Coefficient < 0)
            {
                return ls[i].Coefficient < 0 ? 1 : -1;
            }

            bool last = i + 1 == ls.Length || i + 1 == rs.Length;
            if (Compare(ls[i], rs[i], i == 0, open: !closed && last) is var order and not 0)
            {
                return order;
            }
        }

        return closed ? rs.Length.CompareTo(ls.Length) : ls.Length.CompareTo(rs.Length);
    }

    private static int Compare(Term left, Term right, bool first, bool open)
    {
        if (Number(left, first) != Number(right, first))
        {
            return string.CompareOrdinal(Head(left, first), Head(right, first));
        }

        for (int i = 0; i < left.Atoms.Length && i < right.Atoms.Length; i++)
        {
            if (Compare(left.Atoms[i], right.Atoms[i]) is var order and not 0)
            {
                return order;
            }
        }

        // " * " goes on before " + ", ")" and ","; the end of the whole text before all of them.
        return open ? left.Atoms.Length.CompareTo(right.Atoms.Length) : right.Atoms.Length.CompareTo(left.Atoms.Length);
    }

    private static int Compare(Atom left, Atom right)
    {
        if (left.Equals(right))
        {
            return 0;
        }

        return string.CompareOrdinal(left.Head, right.Head) is var heads and not 0 ? heads
            : left.Name is not null ? string.CompareOrdinal(left.Name, right.Name) is var names and not 0 ? names
                : left.Low != right.Low ? left.Low.CompareTo(right.Low) : left.High.CompareTo(right.High)
            : Compare(left.Left!, right.Left!, closed: true) is var order and not 0 ? order
            : Compare(left.Right!, right.Right!, closed: true);
    }

    /// <summary>What the text of a term begins with.</summary>
    private static string Head(Term term, bool first) => Number(term, first) is var number && number.Length > 0
        && number != "-" ? number : number + term.Atoms[0].Head;

    /// <summary>Sign and number of a term as it is printed; empty where a product without a number begins.</summary>
    private static string Number(Term term, bool first)
    {
        string magnitude = term.Coefficient.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        return (first && term.Coefficient < 0 ? "-" : "") + (term.Atoms.Length > 0 && magnitude == "1" ? "" : magnitude);
    }

    /// <summary>Compares two expressions whose parts are shared; each pair of parts once.</summary>
    private struct Comparison
    {
        /// <summary>Below this size a second look is cheaper than a note.</summary>
        private const int Small = 64;

        private HashSet<(object, object)>? _same;

        public bool Same(IntExpr left, IntExpr right)
        {
            if (ReferenceEquals(left, right))
            {
                return true;
            }

            if (left._hash != right._hash || left.Size != right.Size || left._terms.Length != right._terms.Length)
            {
                return false;
            }

            if (left.Size > Small && _same?.Contains((left, right)) == true)
            {
                return true;
            }

            for (int t = 0; t < left._terms.Length; t++)
            {
                var (l, r) = (left._terms[t], right._terms[t]);
                if (ReferenceEquals(l, r))
                {
                    continue;
                }

                if (l.Hash != r.Hash || l.Coefficient != r.Coefficient || l.Atoms.Length != r.Atoms.Length)
                {
                    return false;
                }

                for (int a = 0; a < l.Atoms.Length; a++)
                {
                    if (!Same(l.Atoms[a], r.Atoms[a]))
                    {
                        return false;
                    }
                }
            }

            if (left.Size > Small)
            {
                (_same ??= new(ByReference.Instance)).Add((left, right));
            }

            return true;
        }

        public bool Same(Atom left, Atom right) => ReferenceEquals(left, right)
            || (left.Hash == right.Hash && left.Kind == right.Kind && left.Size == right.Size && left.Name == right.Name
                && left.Low == right.Low && left.High == right.High
                && (left.Name is not null || (Same(left.Left!, right.Left!) && Same(left.Right!, right.Right!))));
    }

    private sealed class ByReference : IEqualityComparer<(object, object)>
    {
        public static readonly ByReference Instance = new();

        public bool Equals((object, object) x, (object, object) y) =>
            ReferenceEquals(x.Item1, y.Item1) && ReferenceEquals(x.Item2, y.Item2);

        public int GetHashCode((object, object) pair) =>
            unchecked((RuntimeHelpers.GetHashCode(pair.Item1) * 31) + RuntimeHelpers.GetHashCode(pair.Item2));
    }
}
