using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace MixPrec.Plan;

/// <summary>
/// An integer expression over the symbolic dimensions of a model: constants, symbols, +, ×, floor division, max and min. Kept as a
/// polynomial in canonical order, so that equal expressions compare equal and print alike. Expressions share their parts: a part that is
/// written twice is there once, and everything that walks an expression walks it once. Symbols are C# identifiers and stand for dimensions,
/// that is for integers ≥ 1; counts are symbols that a run finds out and that may be 0. Arithmetic is checked.
/// </summary>
internal sealed partial class IntExpr : IEquatable<IntExpr>
{
    /// <summary>Far more than models have; a file that asks for more is refused before it takes memory or stack.</summary>
    private const int MostTerms = 256, MostFactors = 32, MostDepth = 100;

    /// <summary>coefficient × product of atoms; sorted by <see cref="Term.Compare"/>, none has coefficient 0.</summary>
    private readonly ImmutableArray<Term> _terms;
    private readonly int _hash;
    private ImmutableArray<string> _symbols;

    private IntExpr(IEnumerable<Term> terms)
    {
        _terms = Collected(terms);
        _hash = 17;
        long size = 1;
        foreach (var term in _terms)
        {
            _hash = unchecked((_hash * 31) + term.Hash);
            size += term.Size;
            HasCount |= term.HasCount;
            HasExtreme |= term.HasExtreme;
            Depth = Math.Max(Depth, term.Depth);
        }

        Size = (int)Math.Min(size, int.MaxValue);
        if (_terms.Length > MostTerms || Depth > MostDepth || _terms.Any(t => t.Atoms.Length > MostFactors))
        {
            throw new IntExprSizeException();
        }
    }

    public static readonly IntExpr Zero = Constant(0);
    public static readonly IntExpr One = Constant(1);

    public static IntExpr Constant(long value) => new([new Term(value, [])]);

    /// <param name="identifier">A C# identifier.</param>
    public static IntExpr Symbol(string identifier) => FromAtom(new Atom(identifier, isCount: false, 1, long.MaxValue));

    /// <summary>A symbol whose value a step of the run finds out: an integer ≥ 0.</summary>
    /// <param name="identifier">A C# identifier.</param>
    public static IntExpr Count(string identifier) => FromAtom(new Atom(identifier, isCount: true, 0, long.MaxValue));

    /// <summary>A symbol with values <paramref name="low"/> to <paramref name="high"/>; the greatest integer stands for no end.</summary>
    /// <param name="identifier">A C# identifier.</param>
    /// <param name="low">At most <paramref name="high"/>.</param>
    /// <param name="high">At least <paramref name="low"/>.</param>
    public static IntExpr Within(string identifier, long low, long high) =>
        low == high ? low : FromAtom(new Atom(identifier, isCount: false, low, high));

    public bool IsConstant => _terms.Length == 0 || (_terms.Length == 1 && _terms[0].Atoms.Length == 0);

    /// <summary>The value of a constant expression.</summary>
    /// <exception cref="InvalidOperationException">The expression holds a symbol.</exception>
    public long Value => !IsConstant ? throw new InvalidOperationException($"'{this}' is not constant") : _terms.Length == 0 ? 0
        : _terms[0].Coefficient;

    /// <summary>True when a count is a part of the expression.</summary>
    public bool HasCount { get; }

    /// <summary>True when a maximum or minimum is a part of the expression.</summary>
    public bool HasExtreme { get; }

    /// <summary>How many parts the text of the expression has when nothing is shared.</summary>
    public int Size { get; }

    /// <summary>How deep divisions and extremes are nested.</summary>
    private int Depth { get; }

    public static implicit operator IntExpr(long value) => Constant(value);

    public static implicit operator IntExpr(int value) => Constant(value);

    public static IntExpr operator +(IntExpr left, IntExpr right) => new(left._terms.Concat(right._terms));

    public static IntExpr operator -(IntExpr left, IntExpr right) => left + (right * -1);

    public static IntExpr operator *(IntExpr left, IntExpr right) =>
        (long)left._terms.Length * right._terms.Length > (long)MostTerms * MostTerms
        ? throw new IntExprSizeException() : new(from l in left._terms from r in right._terms select l * r);

    public static IntExpr Max(IntExpr left, IntExpr right) => Extreme(left, right, AtomKind.Max);

    public static IntExpr Min(IntExpr left, IntExpr right) => Extreme(left, right, AtomKind.Min);

    public static IntExpr Product(IEnumerable<IntExpr> factors) => factors.Aggregate(One, (a, b) => a * b);

    public static IntExpr Sum(IEnumerable<IntExpr> terms) => new(terms.SelectMany(t => t._terms));

    /// <summary>The symbols of the expression, in ordinal order.</summary>
    public IEnumerable<string> Symbols
    {
        get
        {
            if (_symbols.IsDefault)
            {
                var found = new SortedSet<string>(_terms.SelectMany(t => t.Atoms).SelectMany(a => a.Symbols), StringComparer.Ordinal);
                ImmutableInterlocked.InterlockedInitialize(ref _symbols, [.. found]);
            }

            return _symbols;
        }
    }

    /// <exception cref="KeyNotFoundException">A symbol has no value.</exception>
    /// <exception cref="OverflowException">The value does not fit 64 bits.</exception>
    public long Evaluate(IReadOnlyDictionary<string, long> symbols) => Evaluate(symbols, []);

    /// <summary>The expression with each symbol that <paramref name="bindings"/> names replaced.</summary>
    public IntExpr Substitute(IReadOnlyDictionary<string, IntExpr> bindings) => Substitute(bindings, []);

    private long Evaluate(IReadOnlyDictionary<string, long> symbols, Dictionary<Atom, long> known)
    {
        long sum = 0;
        foreach (var term in _terms)
        {
            long product = term.Coefficient;
            foreach (var atom in term.Atoms)
            {
                product = checked(product * atom.Evaluate(symbols, known));
            }

            sum = checked(sum + product);
        }

        return sum;
    }

    private IntExpr Substitute(IReadOnlyDictionary<string, IntExpr> bindings, Dictionary<Atom, IntExpr> known) =>
        Symbols.Any(bindings.ContainsKey)
            ? Sum(_terms.Select(term =>
            term.Atoms.Aggregate(Constant(term.Coefficient), (product, atom) => product * atom.Substitute(bindings, known)))) : this;

    /// <summary>
    /// The extreme of the operands of both sides, nested extremes of the same kind dissolved and each operand kept once: repeated
    /// extremes grow with the number of different operands, not with their number.
    /// </summary>
    private static IntExpr Extreme(IntExpr left, IntExpr right, AtomKind kind)
    {
        var kept = new List<IntExpr>();
        foreach (var operand in left.Operands(kind).Concat(right.Operands(kind)))
        {
            if (!kept.Any(k => Dominates(k, operand, kind)))
            {
                kept.RemoveAll(k => Dominates(operand, k, kind));
                kept.Add(operand);
            }
        }

        kept.Sort((a, b) => Compare(b, a));
        return kept.Skip(1).Aggregate(kept[0], (result, operand) => FromAtom(new Atom(kind, operand, result)));
    }

    /// <summary>True when <paramref name="winner"/> is seen to be the extreme of the two for every value of the symbols.</summary>
    private static bool Dominates(IntExpr winner, IntExpr other, AtomKind kind) =>
        (kind == AtomKind.Max ? winner - other : other - winner).IsNonNegative;

    /// <summary>The operands when the expression is an extreme of this kind, else the expression itself.</summary>
    private IEnumerable<IntExpr> Operands(AtomKind kind) =>
        Single is { } atom && atom.Kind == kind ? atom.Left!.Operands(kind).Concat(atom.Right!.Operands(kind)) : [this];

    private static IntExpr FromAtom(Atom atom) => new([new Term(1, [atom])]);

    /// <summary>The atom that alone is the expression.</summary>
    private Atom? Single => _terms.Length == 1 && _terms[0] is { Coefficient: 1, Atoms: { Length: 1 } atoms } ? atoms[0] : null;

    /// <summary>Terms of equal atoms added up, in order.</summary>
    private static ImmutableArray<Term> Collected(IEnumerable<Term> terms)
    {
        var given = terms.ToList();
        if (given.Count == 1)
        {
            return given[0].Coefficient == 0 ? [] : [given[0]];
        }

        // Sorting needs no stability: what compares equal is added.
        given.Sort(Term.Compare);
        var sums = new List<Term>(given.Count);
        foreach (var term in given)
        {
            if (sums.Count > 0 && Term.Compare(sums[sums.Count - 1], term) == 0)
            {
                sums[sums.Count - 1] = new(checked(sums[sums.Count - 1].Coefficient + term.Coefficient), term.Atoms);
            }
            else
            {
                sums.Add(term);
            }
        }

        return [.. sums.Where(t => t.Coefficient != 0)];
    }
}

/// <summary>An expression has more terms, factors or nested operations than any model needs.</summary>
internal sealed class IntExprSizeException() : Exception("a size depends on the dimensions in too many steps");
