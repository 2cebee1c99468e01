using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace MixPrec.Plan;

/// <summary>
/// An integer expression over the symbolic dimensions of a model: constants, symbols, +, ×, floor division, max and min.
/// Kept as a polynomial in canonical order, so that equal expressions compare equal and print alike.
/// Symbols are C# identifiers and stand for dimensions, that is for integers ≥ 1; counts are symbols that a run finds out and that may be 0. Arithmetic is checked.
/// </summary>
internal sealed partial class IntExpr : IEquatable<IntExpr>
{
    /// <summary>coefficient × product of atoms; terms are sorted by <see cref="Term.Key"/>, none has coefficient 0.</summary>
    private readonly ImmutableArray<Term> _terms;
    private readonly string _text;

    private IntExpr(IEnumerable<Term> terms)
    {
        var sums = new SortedDictionary<string, Term>(StringComparer.Ordinal);
        foreach (var term in terms)
        {
            sums[term.Key] = sums.TryGetValue(term.Key, out var other) ? term with { Coefficient = checked(other.Coefficient + term.Coefficient) } : term;
        }

        _terms = sums.Values.Where(t => t.Coefficient != 0).ToImmutableArray();
        _text = Print(atom => atom.Text);
    }

    public static readonly IntExpr Zero = Constant(0);
    public static readonly IntExpr One = Constant(1);

    public static IntExpr Constant(long value) => new([new Term(value, [])]);

    /// <param name="identifier">A C# identifier.</param>
    public static IntExpr Symbol(string identifier) => new([new Term(1, [new Atom(AtomKind.Symbol, identifier, null, null)])]);

    /// <summary>A symbol whose value a step of the run finds out: an integer ≥ 0.</summary>
    /// <param name="identifier">A C# identifier.</param>
    public static IntExpr Count(string identifier) => new([new Term(1, [new Atom(AtomKind.Count, identifier, null, null)])]);

    public bool IsConstant => _terms.Length == 0 || (_terms.Length == 1 && _terms[0].Atoms.Length == 0);

    /// <summary>The value of a constant expression.</summary>
    /// <exception cref="InvalidOperationException">The expression holds a symbol.</exception>
    public long Value => !IsConstant ? throw new InvalidOperationException($"'{_text}' is not constant") : _terms.Length == 0 ? 0 : _terms[0].Coefficient;

    public static implicit operator IntExpr(long value) => Constant(value);

    public static implicit operator IntExpr(int value) => Constant(value);

    public static IntExpr operator +(IntExpr left, IntExpr right) => new(left._terms.Concat(right._terms));

    public static IntExpr operator -(IntExpr left, IntExpr right) => left + (right * -1);

    public static IntExpr operator *(IntExpr left, IntExpr right) =>
        new(from l in left._terms from r in right._terms select new Term(checked(l.Coefficient * r.Coefficient), [.. l.Atoms.Concat(r.Atoms).OrderBy(a => a.Text, StringComparer.Ordinal)]));

    /// <summary>⌊left / right⌋ for right ≥ 1.</summary>
    public static IntExpr FloorDiv(IntExpr left, IntExpr right)
    {
        if (right.IsConstant && right.Value == 0)
        {
            throw new DivideByZeroException();
        }

        if (left.IsConstant && right.IsConstant)
        {
            long quotient = left.Value / right.Value;
            return (left.Value % right.Value != 0) && (left.Value < 0 != right.Value < 0) ? quotient - 1 : quotient;
        }

        if (left.DivideExactly(right) is { } exact)
        {
            return exact;
        }

        // ⌊(d·q + r) / d⌋ = q + ⌊r / d⌋: what divides exactly leaves the division, so that sizes that are multiples of d stay polynomials.
        var (whole, rest) = left.SplitMultiples(right);
        return whole == Zero ? new IntExpr([new Term(1, [new Atom(AtomKind.FloorDiv, null, left, right)])]) : whole + FloorDiv(rest, right);
    }

    /// <summary>⌈left / right⌉ for right ≥ 1.</summary>
    public static IntExpr CeilDiv(IntExpr left, IntExpr right) => FloorDiv(left + right - 1, right);

    /// <summary>The least multiple of <paramref name="multiple"/> that is not below <paramref name="value"/>.</summary>
    public static IntExpr RoundUp(IntExpr value, int multiple) => CeilDiv(value, multiple) * multiple;

    public static IntExpr Max(IntExpr left, IntExpr right) => Extreme(left, right, AtomKind.Max);

    public static IntExpr Min(IntExpr left, IntExpr right) => Extreme(left, right, AtomKind.Min);

    public static IntExpr Product(IEnumerable<IntExpr> factors) => factors.Aggregate(One, (a, b) => a * b);

    public static IntExpr Sum(IEnumerable<IntExpr> terms) => terms.Aggregate(Zero, (a, b) => a + b);

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
            var atoms = term.Atoms.ToList();
            if (term.Coefficient % divisor.Coefficient != 0 || !divisor.Atoms.All(a => Remove(atoms, a)))
            {
                return null;
            }

            quotient.Add(new Term(term.Coefficient / divisor.Coefficient, [.. atoms]));
        }

        return new IntExpr(quotient);

        static bool Remove(List<Atom> atoms, Atom atom)
        {
            int index = atoms.FindIndex(a => a.Text == atom.Text);
            if (index >= 0)
            {
                atoms.RemoveAt(index);
            }

            return index >= 0;
        }
    }

    /// <summary>True when the expression is known to be at least 0 for every value of the symbols; false also where that is not seen.</summary>
    public bool IsNonNegative => LowerBound >= 0;

    /// <summary>True when a maximum or minimum is a part of the expression.</summary>
    public bool HasExtreme => _terms.Any(t => t.Atoms.Any(a => a.Kind is AtomKind.Max or AtomKind.Min || a.Left?.HasExtreme == true || a.Right?.HasExtreme == true));

    /// <summary>The symbols of the expression, in ordinal order.</summary>
    public IEnumerable<string> Symbols => _terms.SelectMany(t => t.Atoms).SelectMany(a => a.Symbols).Distinct().OrderBy(s => s, StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">A symbol has no value.</exception>
    /// <exception cref="OverflowException">The value does not fit 64 bits.</exception>
    public long Evaluate(IReadOnlyDictionary<string, long> symbols) =>
        _terms.Aggregate(0L, (sum, term) => checked(sum + term.Atoms.Aggregate(term.Coefficient, (product, atom) => checked(product * atom.Evaluate(symbols)))));

    /// <summary>The expression with each symbol that <paramref name="bindings"/> names replaced.</summary>
    public IntExpr Substitute(IReadOnlyDictionary<string, IntExpr> bindings) =>
        Sum(_terms.Select(term => term.Atoms.Aggregate(Constant(term.Coefficient), (product, atom) => product * atom.Substitute(bindings))));

    /// <summary>C# text of the expression; <paramref name="symbol"/> prints a symbol.</summary>
    public string ToCSharp(Func<string, string> symbol) => Print(atom => atom.ToCSharp(symbol));

    public override string ToString() => _text;

    public bool Equals(IntExpr? other) => other is not null && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as IntExpr);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    public static bool operator ==(IntExpr? left, IntExpr? right) => Equals(left, right);

    public static bool operator !=(IntExpr? left, IntExpr? right) => !Equals(left, right);

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

        kept.Sort((a, b) => string.CompareOrdinal(b._text, a._text));
        return kept.Skip(1).Aggregate(kept[0], (result, operand) => new IntExpr([new Term(1, [new Atom(kind, null, operand, result)])]));
    }

    /// <summary>True when <paramref name="winner"/> is seen to be the extreme of the two for every value of the symbols.</summary>
    private static bool Dominates(IntExpr winner, IntExpr other, AtomKind kind) => (kind == AtomKind.Max ? winner - other : other - winner).IsNonNegative;

    /// <summary>The operands when the expression is an extreme of this kind, else the expression itself.</summary>
    private IEnumerable<IntExpr> Operands(AtomKind kind) =>
        _terms.Length == 1 && _terms[0] is { Coefficient: 1, Atoms: { Length: 1 } atoms } && atoms[0].Kind == kind
            ? atoms[0].Left!.Operands(kind).Concat(atoms[0].Right!.Operands(kind))
            : [this];

    /// <summary>The expression as Whole·divisor + Remainder, term by term.</summary>
    private (IntExpr Whole, IntExpr Remainder) SplitMultiples(IntExpr divisor)
    {
        var quotients = _terms.Select(t => (Term: t, Quotient: new IntExpr([t]).DivideExactly(divisor))).ToArray();
        return (Sum(quotients.Where(q => q.Quotient is not null).Select(q => q.Quotient!)), new(quotients.Where(q => q.Quotient is null).Select(q => q.Term)));
    }

    /// <summary>A number that the expression is never below; the least integer where none is seen.</summary>
    private long LowerBound => _terms.Any(t => t.LowerBound == long.MinValue) ? long.MinValue : _terms.Sum(t => t.LowerBound);

    private string Print(Func<Atom, string> printAtom)
    {
        if (_terms.Length == 0)
        {
            return "0";
        }

        var text = new StringBuilder();
        foreach (var term in _terms.OrderBy(t => t.Atoms.Length == 0))
        {
            text.Append(text.Length == 0 ? (term.Coefficient < 0 ? "-" : "") : term.Coefficient < 0 ? " - " : " + ");
            string magnitude = term.Coefficient.ToString(CultureInfo.InvariantCulture).TrimStart('-');
            text.Append(term.Atoms.Length > 0 && magnitude == "1" ? string.Join(" * ", term.Atoms.Select(printAtom)) : string.Join(" * ", new[] { magnitude }.Concat(term.Atoms.Select(printAtom))));
        }

        return text.ToString();
    }

    private enum AtomKind { Symbol, Count, FloorDiv, Max, Min }

    private sealed partial record Term(long Coefficient, ImmutableArray<Atom> Atoms)
    {
        public string Key { get; } = string.Join("*", Atoms.Select(a => a.Text));

        public long LowerBound => Atoms.Length == 0 ? Coefficient
            : Coefficient < 0 || Atoms.Any(a => a.LowerBound < 0) ? long.MinValue
            : Atoms.Aggregate(Coefficient, (product, atom) => checked(product * atom.LowerBound));
    }

    private sealed partial record Atom(AtomKind Kind, string? Name, IntExpr? Left, IntExpr? Right)
    {
        public string Text { get; } = Kind switch
        {
            AtomKind.Symbol => Name!,
            AtomKind.Count => $"count({Name})",
            AtomKind.FloorDiv => $"floordiv({Left}, {Right})",
            AtomKind.Max => $"max({Left}, {Right})",
            _ => $"min({Left}, {Right})",
        };

        public long LowerBound => Kind switch
        {
            AtomKind.Symbol => 1,
            AtomKind.Count => 0,
            AtomKind.FloorDiv => Left!.LowerBound >= 0 && Right!.LowerBound >= 1 ? 0 : long.MinValue,
            AtomKind.Max => Math.Max(Left!.LowerBound, Right!.LowerBound),
            _ => Math.Min(Left!.LowerBound, Right!.LowerBound),
        };

        public IEnumerable<string> Symbols => Name is not null ? [Name] : Left!.Symbols.Concat(Right!.Symbols);

        public long Evaluate(IReadOnlyDictionary<string, long> symbols) => Kind switch
        {
            AtomKind.Symbol or AtomKind.Count => symbols[Name!],
            AtomKind.FloorDiv => FloorDiv(Left!.Evaluate(symbols), Right!.Evaluate(symbols)).Value,
            AtomKind.Max => Math.Max(Left!.Evaluate(symbols), Right!.Evaluate(symbols)),
            _ => Math.Min(Left!.Evaluate(symbols), Right!.Evaluate(symbols)),
        };

        public IntExpr Substitute(IReadOnlyDictionary<string, IntExpr> bindings) => Kind switch
        {
            AtomKind.Symbol or AtomKind.Count => bindings.TryGetValue(Name!, out var value) ? value : new([new Term(1, [this])]),
            AtomKind.FloorDiv => FloorDiv(Left!.Substitute(bindings), Right!.Substitute(bindings)),
            AtomKind.Max => Max(Left!.Substitute(bindings), Right!.Substitute(bindings)),
            _ => Min(Left!.Substitute(bindings), Right!.Substitute(bindings)),
        };

        public string ToCSharp(Func<string, string> symbol) => Kind switch
        {
            AtomKind.Symbol or AtomKind.Count => symbol(Name!),
            AtomKind.FloorDiv => $"global::MixPrec.Runtime.Dimension.FloorDiv({Left!.ToCSharp(symbol)}, {Right!.ToCSharp(symbol)})",
            AtomKind.Max => $"global::System.Math.Max({Left!.ToCSharp(symbol)}, {Right!.ToCSharp(symbol)})",
            _ => $"global::System.Math.Min({Left!.ToCSharp(symbol)}, {Right!.ToCSharp(symbol)})",
        };
    }
}
