using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace MixPrec.Plan;

/// <content>What polynomials are made of.</content>
internal sealed partial class IntExpr
{
    internal enum AtomKind { Symbol, Count, FloorDiv, Max, Min }

    /// <summary>coefficient × product of atoms in their order.</summary>
    private sealed class Term
    {
        public Term(long coefficient, ImmutableArray<Atom> atoms)
        {
            (Coefficient, Atoms, Hash) = (coefficient, atoms, coefficient.GetHashCode());
            long size = 1;
            foreach (var atom in atoms)
            {
                Hash = unchecked((Hash * 31) + atom.Hash);
                size += atom.Size;
                HasCount |= atom.HasCount;
                HasExtreme |= atom.HasExtreme;
                Depth = Math.Max(Depth, atom.Depth);
            }

            Size = (int)Math.Min(size, int.MaxValue);
        }

        public long Coefficient { get; }

        public ImmutableArray<Atom> Atoms { get; }

        public int Hash { get; }

        public int Size { get; }

        public int Depth { get; }

        public bool HasCount { get; }

        public bool HasExtreme { get; }

        public static Term operator *(Term left, Term right) => new(checked(left.Coefficient * right.Coefficient),
            left.Atoms.Length == 0 ? right.Atoms : right.Atoms.Length == 0 ? left.Atoms : left.Atoms.AddRange(right.Atoms)
                .Sort(Atom.Compare));

        /// <summary>The order of terms in an expression, which does not look at coefficients.</summary>
        public static int Compare(Term left, Term right)
        {
            int common = Math.Min(left.Atoms.Length, right.Atoms.Length);
            for (int i = 0; i < common; i++)
            {
                if (Atom.Compare(left.Atoms[i], right.Atoms[i]) is var order and not 0)
                {
                    return order;
                }
            }

            return left.Atoms.Length.CompareTo(right.Atoms.Length);
        }
    }

    /// <summary>A symbol, or an operation that no polynomial can express.</summary>
    internal sealed partial class Atom : IEquatable<Atom>
    {
        /// <param name="low">The least value.</param>
        /// <param name="high">The greatest value; the greatest integer where there is none.</param>
        public Atom(string name, bool isCount, long low, long high)
        {
            (Kind, Name, HasCount, Low, High) = (isCount ? AtomKind.Count : AtomKind.Symbol, name, isCount, low, high);
            (Hash, Size) = (unchecked((StringComparer.Ordinal.GetHashCode(name) * 31) + (int)Kind), 1);
        }

        public Atom(AtomKind kind, IntExpr left, IntExpr right)
        {
            (Kind, Left, Right) = (kind, left, right);
            Hash = unchecked((((left._hash * 31) + right._hash) * 31) + (int)kind);
            Size = (int)Math.Min(1L + left.Size + right.Size, int.MaxValue);
            Depth = 1 + Math.Max(left.Depth, right.Depth);
            HasCount = left.HasCount || right.HasCount;
            HasExtreme = kind != AtomKind.FloorDiv || left.HasExtreme || right.HasExtreme;
            (Low, High) = (RangeOf(kind, left, right));
        }

        public AtomKind Kind { get; }

        public string? Name { get; }

        public IntExpr? Left { get; }

        public IntExpr? Right { get; }

        /// <summary>No value is below; the least integer where that is not known.</summary>
        public long Low { get; }

        /// <summary>No value is above; the greatest integer where that is not known.</summary>
        public long High { get; }

        public int Hash { get; }

        public int Size { get; }

        public int Depth { get; }

        public bool HasCount { get; }

        public bool HasExtreme { get; }

        public IEnumerable<string> Symbols => Name is not null ? [Name] : Left!.Symbols.Concat(Right!.Symbols);

        /// <summary>What the text of the atom begins with: a name, or an operation.</summary>
        public string Head => Kind switch
        {
            AtomKind.Symbol => Low == 1 && High == long.MaxValue ? Name! : "within(",
            AtomKind.Count => "count(",
            AtomKind.FloorDiv => "floordiv(",
            AtomKind.Max => "max(",
            _ => "min(",
        };

        public long Evaluate(IReadOnlyDictionary<string, long> symbols, Dictionary<Atom, long> known)
        {
            if (Name is not null)
            {
                return symbols[Name];
            }

            if (!known.TryGetValue(this, out long value))
            {
                var (left, right) = (Left!.Evaluate(symbols, known), Right!.Evaluate(symbols, known));
                known[this] = value = Kind switch { AtomKind.FloorDiv => Floor(left, right), AtomKind.Max => Math.Max(left, right), _ =>
                    Math.Min(left, right) };
            }

            return value;
        }

        public IntExpr Substitute(IReadOnlyDictionary<string, IntExpr> bindings, Dictionary<Atom, IntExpr> known)
        {
            if (Name is not null)
            {
                return bindings.TryGetValue(Name, out var bound) ? bound : FromAtom(this);
            }

            if (!known.TryGetValue(this, out var value))
            {
                known[this] = value = Apply(Kind, Left!.Substitute(bindings, known), Right!.Substitute(bindings, known));
            }

            return value;
        }

        public bool Equals(Atom? other) => other is not null && new Comparison().Same(this, other);

        public override bool Equals(object? obj) => Equals(obj as Atom);

        public override int GetHashCode() => Hash;

        public static int Compare(Atom left, Atom right) => IntExpr.Compare(left, right);
    }

    private static IntExpr Apply(AtomKind kind, IntExpr left, IntExpr right) =>
        kind switch { AtomKind.FloorDiv => FloorDiv(left, right), AtomKind.Max => Max(left, right), _ => Min(left, right) };
}
