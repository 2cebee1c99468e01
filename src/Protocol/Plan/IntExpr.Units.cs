using System;
using System.Collections.Generic;
using System.Linq;

namespace MixPrec.Plan;

/// <content>What equations between sizes are solved with.</content>
internal sealed partial class IntExpr
{
    /// <summary>
    /// The number p for which the expression grows by the same amount whenever its only symbol grows by p: constants times the symbol, and
    /// divisions of such by constants. Null for others, and where p exceeds <paramref name="most"/>.
    /// </summary>
    public long? Period(long most)
    {
        long period = 1;
        foreach (var term in _terms.Where(t => t.Atoms.Length > 0))
        {
            long? own = term.Atoms.Length > 1 ? null : term.Atoms[0] switch
            {
                { Kind: AtomKind.Symbol } => 1,
                { Kind: AtomKind.FloorDiv, Right: { IsConstant: true, Value: > 0 and var divisor } } atom when divisor <= most =>
                    atom.Left!.Period(most / divisor) * divisor,
                _ => null,
            };
            if (own is null || period / Gcd(period, own.Value) > most / own.Value)
            {
                return null;
            }

            period = period / Gcd(period, own.Value) * own.Value;
        }

        return period;
    }

    /// <summary>
    /// What the symbol is where the expression is 0; null where the symbol is more than once a term of its own with the coefficient 1 or
    /// −1.
    /// </summary>
    public IntExpr? SolveFor(string symbol)
    {
        var own = _terms.FirstOrDefault(t => t.Coefficient is 1 or -1 && t.Atoms.Length == 1 && t.Atoms[0] is { Kind: AtomKind.Symbol } atom
            && atom.Name == symbol);
        var rest = own is null ? this : this - new IntExpr([own]);
        return own is null || rest.Symbols.Contains(symbol) ? null : rest * -own.Coefficient;
    }

    /// <summary>
    /// The expression with ⌊offset/modulus⌋ for the symbol <paramref name="unit"/>, and with the finest division that gives each multiple
    /// of it: 2·unit is ⌊offset/(modulus/2)⌋, modulus·unit is the offset itself.
    /// </summary>
    /// <param name="offset">Leaves a rest of at most <paramref name="rest"/> when it is divided by <paramref name="modulus"/>.</param>
    public IntExpr InUnits(string unit, IntExpr offset, long modulus, long rest) => InUnits(unit, offset, modulus, rest, []);

    /// <summary>The number m for which the expression is m·⌊size/m⌋; null where there is none.</summary>
    public long? RoundsDown(IntExpr size) =>
        _terms.Length == 1 && _terms[0] is { Coefficient: > 1 and var multiple, Atoms: { Length: 1 } atoms }
            && Equals(FloorDiv(size, multiple) * multiple) && atoms[0].Kind == AtomKind.FloorDiv
            ? multiple : null;

    /// <summary>Between which numbers a symbol of the expression stays; null where it is none.</summary>
    public (long Low, long High)? RangeOf(string symbol)
    {
        foreach (var atom in _terms.SelectMany(t => t.Atoms))
        {
            if (atom.Name == symbol)
            {
                return (atom.Low, atom.High);
            }

            if ((atom.Left?.RangeOf(symbol) ?? atom.Right?.RangeOf(symbol)) is { } range)
            {
                return range;
            }
        }

        return null;
    }

    private IntExpr InUnits(string unit, IntExpr offset, long modulus, long rest, Dictionary<Atom, IntExpr> known)
    {
        if (!Symbols.Contains(unit))
        {
            return this;
        }

        var sum = new List<IntExpr>();
        foreach (var term in _terms)
        {
            long coefficient = term.Coefficient;
            var product = One;
            foreach (var atom in term.Atoms)
            {
                if (atom.Name == unit)
                {
                    long part = Enumerable.Range(1, (int)Math.Min(modulus, int.MaxValue)).Select(i => (long)i)
                        .Last(g => modulus % g == 0 && coefficient % g == 0 && (g == 1 || modulus / g > rest));
                    coefficient /= part;
                    product *= FloorDiv(offset, modulus / part);
                }
                else
                {
                    product *= InUnits(atom, unit, offset, modulus, rest, known);
                }
            }

            sum.Add(product * coefficient);
        }

        return Sum(sum);
    }

    private static IntExpr InUnits(Atom atom, string unit, IntExpr offset, long modulus, long rest, Dictionary<Atom, IntExpr> known)
    {
        if (atom.Name is not null)
        {
            return FromAtom(atom);
        }

        if (!known.TryGetValue(atom, out var value))
        {
            known[atom] = value = Apply(atom.Kind, atom.Left!.InUnits(unit, offset, modulus, rest, known),
                atom.Right!.InUnits(unit, offset, modulus, rest, known));
        }

        return value;
    }
}
