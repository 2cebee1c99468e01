using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// Lists of constants that steps pass as spans, each an array of the class. As a collection expression they would lie in the assembly's
/// data, but code that is not optimised (a Debug build) reaches them through an object of 72 bytes for each span and run; so does
/// <c>stackalloc</c>, which copies from there.
/// </summary>
internal sealed class ConstantSizes
{
    /// <summary>Elements of the longest list whose name says them.</summary>
    private const int Named = 8;

    private readonly Dictionary<EquatableArray<IntExpr>, string> _arrays = [];
    private readonly List<EquatableArray<IntExpr>> _order = [];

    /// <summary>The array that holds <paramref name="values"/>, all constants; it is declared where needed.</summary>
    public string Value(EquatableArray<IntExpr> values)
    {
        if (!_arrays.TryGetValue(values, out string? name))
        {
            _order.Add(values);
            _arrays[values] = name = values.Count > Named ? $"s_list{Literals.Int(_order.Count)}"
                : "s_" + string.Join("x", values.Select(v => Literals.Int(v.Value).Replace('-', 'm')));
        }

        return name;
    }

    public void Write(CodeWriter code)
    {
        foreach (var values in _order)
        {
            code.Line();
            string elements = string.Join(", ", values.Select(v => Literals.Int(v.Value)));
            code.Line($"private static readonly int[] {_arrays[values]} = [{elements}];");
        }
    }
}
