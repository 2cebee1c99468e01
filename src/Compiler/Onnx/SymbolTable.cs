using System.Globalization;
using System.Text;
using MixPrec.Compiler.Graphs;
using MixPrec.Metadata;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The symbolic dimensions of a model: each name gets one identifier, or the size that the user bound it to.</summary>
/// <param name="equations">What is known of the dimensions from an import before: their sizes are written in what it leaves.</param>
internal sealed class SymbolTable(DimensionBindings bindings, SizeEquations equations)
{
    private const int LongestIdentifier = 40;

    /// <summary>What the symbols of units and rests begin with, and no other identifier.</summary>
    private const string Units = "units_of_", Rest = "rest_of_";

    /// <summary>Words of <see cref="IntExpr"/>'s text that no symbol may be.</summary>
    private static readonly HashSet<string> Reserved = ["count", "floordiv", "max", "min", "within"];

    private readonly Dictionary<string, IntExpr> _dimensions = [];
    private readonly Dictionary<string, string> _identifiers = [];
    private readonly List<string> _names = [];
    private readonly List<SymbolicDimension> _symbols = [];

    /// <summary>Every name that can be bound, in order of first appearance.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The dimensions that stay symbolic, in order of first appearance.</summary>
    public IReadOnlyList<SymbolicDimension> Symbols => _symbols;

    /// <summary>The dimension called <paramref name="name"/> as its caller has it.</summary>
    public IntExpr Declared(string name) => this[name] is var size
        && _identifiers.TryGetValue(name, out string? identifier) ? IntExpr.Symbol(identifier) : size;

    /// <summary>The dimension called <paramref name="name"/>.</summary>
    public IntExpr this[string name]
    {
        get
        {
            if (!_dimensions.TryGetValue(name, out var dimension))
            {
                dimension = bindings[name] is { } size ? size : Open(name);
                _dimensions.Add(name, dimension);
                _names.Add(name);
            }

            return dimension;
        }
    }

    /// <summary>A name for a dimension that the model leaves unnamed: the input's name and the axis.</summary>
    public static string MadeUpName(string input, int axis) => string.Create(CultureInfo.InvariantCulture, $"{Identifier(input)}_{axis}");

    /// <summary>The identifier of a new count that a node finds out.</summary>
    /// <param name="most">What it is at most, over dimensions and counts.</param>
    /// <returns>Null where <paramref name="most"/> has no bound that is known before the run.</returns>
    public string? AddCount(string name, IntExpr most) =>
        most.AtMost(_symbols.Where(s => s.Bound is not null).ToDictionary(s => s.Identifier, s => s.Bound!)) is { } bound
            ? AddSymbol(name, bound) : null;

    /// <summary>A new symbol, or what it is equal to.</summary>
    private IntExpr Open(string name)
    {
        string identifier = _identifiers[name] = AddSymbol(name);
        var equal = equations.EqualOf(identifier) ?? IntExpr.Symbol(identifier);
        var free = equal.Substitute(equal.Symbols.ToDictionary(s => s, Counted));
        if (free != IntExpr.Symbol(identifier))
        {
            _symbols[^1] = _symbols[^1] with { Equal = free };
        }

        if (equations.UnitOf(identifier) is { } unit)
        {
            _symbols.AddRange(new[] { Units, Rest }.Select(part => new SymbolicDimension(name, part + identifier) { Unit = unit }));
        }

        return free;
    }

    /// <summary>A dimension as units and a rest, where it is counted in units.</summary>
    private IntExpr Counted(string identifier) => equations.UnitOf(identifier)?.Of(Units + identifier, Rest + identifier)
        ?? IntExpr.Symbol(identifier);

    private string AddSymbol(string name, IntExpr? bound = null)
    {
        string identifier = Identifier(name);
        string unique = identifier;
        for (int i = 2; _symbols.Any(s => s.Identifier == unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{identifier}_{i}");
        }

        _symbols.Add(new SymbolicDimension(name, unique, bound));
        return unique;
    }

    private static string Identifier(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name.Length > LongestIdentifier ? name[..LongestIdentifier] : name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
        {
            text.Insert(0, 'd');
        }

        string identifier = text.ToString();
        return Reserved.Contains(identifier) || !CSharpIdentifier.IsValid(identifier) ? identifier + "_"
            : identifier.StartsWith(Units, StringComparison.Ordinal)
                || identifier.StartsWith(Rest, StringComparison.Ordinal) ? "d" + identifier : identifier;
    }
}
