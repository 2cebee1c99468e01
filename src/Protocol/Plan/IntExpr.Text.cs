using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace MixPrec.Plan;

/// <content>Text for messages, for plans and for C#.</content>
internal sealed partial class IntExpr
{
    /// <summary>What a message still shows.</summary>
    private const int LargestShown = 1000;

    /// <summary>The expression in full; what it depends on where that is too long for a message.</summary>
    public override string ToString() => Size <= LargestShown ? ToText(SharedParts.None) : $"a size made of {string.Join(", ", Symbols)}";

    /// <summary>The text that <see cref="IntExprParser"/> reads.</summary>
    /// <param name="shared">Parts that are written as their number.</param>
    public string ToText(SharedParts shared) =>
        Print(atom => shared.Find(atom) is { } number ? SharedParts.Mark + Digits(number) : atom.ToText(shared));

    /// <summary>C# text of the expression.</summary>
    /// <param name="symbol">Prints a symbol.</param>
    /// <param name="shared">Parts that are locals, called as <paramref name="local"/> says.</param>
    public string ToCSharp(Func<string, string> symbol, SharedParts shared, Func<int, string> local) =>
        Print(atom => shared.Find(atom) is { } number ? local(number) : atom.ToCSharp(symbol, shared, local));

    private static string Digits(long value) => value.ToString(CultureInfo.InvariantCulture);

    private string Print(Func<Atom, string> printAtom)
    {
        if (_terms.Length == 0)
        {
            return "0";
        }

        var text = new StringBuilder();
        foreach (var term in Printed)
        {
            text.Append(text.Length == 0 ? (term.Coefficient < 0 ? "-" : "") : term.Coefficient < 0 ? " - " : " + ");
            string magnitude = Digits(term.Coefficient).TrimStart('-');
            var atoms = term.Atoms.Select(printAtom);
            text.Append(string.Join(" * ", term.Atoms.Length > 0 && magnitude == "1" ? atoms : new[] { magnitude }.Concat(atoms)));
        }

        return text.ToString();
    }

    internal sealed partial class Atom
    {
        public string ToText(SharedParts shared) => Kind switch
        {
            AtomKind.Symbol => Low == 1 && High == NoHigh ? Name! : $"within({Name}, {Digits(Low)}, {Digits(High)})",
            AtomKind.Count => $"count({Name})",
            _ => $"{Head}{Left!.ToText(shared)}, {Right!.ToText(shared)})",
        };

        public string ToCSharp(Func<string, string> symbol, SharedParts shared, Func<int, string> local) => Name is not null ? symbol(Name)
            : $"{Function}({Left!.ToCSharp(symbol, shared, local)}, {Right!.ToCSharp(symbol, shared, local)})";

        private string Function => Kind switch
        {
            AtomKind.FloorDiv => "global::MixPrec.Runtime.Dimension.FloorDiv",
            AtomKind.Max => "global::System.Math.Max",
            _ => "global::System.Math.Min",
        };
    }
}
