using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// The structs that carry sizes to kernels as types: a constant is a property that returns it, which the JIT folds into the loop; a
/// run-time size
/// is a field. Steps with equal sizes share a struct, and so the compiled loop.
/// </summary>
internal sealed class SizesStructs(PlanNames names)
{
    private readonly Dictionary<PlanArgument.Sizes, string> _structs = [];
    private readonly List<PlanArgument.Sizes> _order = [];

    /// <summary>An expression that makes the struct, which is declared where needed.</summary>
    public string Value(PlanArgument.Sizes sizes)
    {
        // Equal sizes are one struct whatever the parameter is called.
        sizes = sizes with { Name = "" };
        if (!_structs.TryGetValue(sizes, out string? name))
        {
            _order.Add(sizes);
            string shape = sizes.Interface.Length > 1 && sizes.Interface[0] == 'I' ? sizes.Interface.Substring(1) : sizes.Interface;
            _structs[sizes] = name = shape + Literals.Int(_order.Count);
        }

        return $"new {name}({string.Join(", ", Locals(sizes))})";
    }

    public void Write(CodeWriter code)
    {
        foreach (var sizes in _order)
        {
            string[] locals = [.. Locals(sizes)];
            string parameters = locals.Length == 0 ? "" : $"({string.Join(", ", locals.Select(l => "long " + l))})";
            code.Line();
            code.Open($"private readonly struct {_structs[sizes]}{parameters} : global::MixPrec.Runtime.Kernels.{sizes.Interface}");
            foreach (var member in sizes.Members)
            {
                code.Line($"public int {member.Name} {(member.Value.IsConstant ? "=> " : "{ get; } = ")}"
                    + $"{Expressions.Narrow(member.Value, names)};");
            }

            code.Close();
        }
    }

    /// <summary>What the step has as locals: symbols, and parts that several sizes share.</summary>
    private IEnumerable<string> Locals(PlanArgument.Sizes sizes) =>
        sizes.Expressions.SelectMany(e => e.Symbols).Distinct().OrderBy(s => s, System.StringComparer.Ordinal).Select(names.Symbol)
            .Concat(names.Shared.WrittenIn(sizes.Expressions).Select(names.Part));
}
