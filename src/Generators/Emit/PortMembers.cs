using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>Lengths and shapes of inputs and outputs: constants, or methods of the run-time dimensions.</summary>
internal static class PortMembers
{
    public static void Write(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        foreach (var port in plan.Cache is null ? names.Ports : names.Arguments)
        {
            var length = port.MostElements(names);
            string[] symbols = [.. plan.Symbols.Select(s => s.Identifier).Where(length.Symbols.Contains)];
            string description = $"{(port.Port.IsOutput ? "output" : "input")} {Literals.Documentation(port.Port.Name)}";
            string most = port.IsCounted ? " at most; a run says how many there are" : "";
            code.Line($"/// <summary>Elements of {description}{most}.</summary>");
            if (symbols.Length == 0)
            {
                code.Line($"public const int {port.Length} = {Literals.Int(length.Value)};");
            }
            else
            {
                foreach (string symbol in symbols)
                {
                    code.Line($"/// <param name=\"{names.Symbol(symbol).TrimStart('@')}\">A run-time dimension.</param>");
                }

                WriteLength(code, $"public static int {port.Length}({string.Join(", ", symbols.Select(s => "int " + names.Symbol(s)))})",
                    length, names);
            }

            code.Line();
            string open = port.Port.Shape.All(d => d.IsConstant) ? "" : "; -1 where a dimension is known at run time only";
            code.Line($"/// <summary>Shape of {description}, outermost first{open}.</summary>");
            code.Member($"public static global::System.ReadOnlySpan<int> {port.Shape}",
                $"[{string.Join(", ", Constants(port.Port.Shape))}]");
            code.Line();
        }
    }

    private static void WriteLength(CodeWriter code, string header, IntExpr length, PlanNames names)
    {
        string value = $"checked((int)({Expressions.OfInts(length, names)}))";
        if (names.Shared.In([length]).Count == 0)
        {
            code.Member(header, value);
            return;
        }

        code.Open(header);
        Expressions.DeclareOfInts(code, [length], names);
        code.Line($"return {value};");
        code.Close();
    }

    private static IEnumerable<string> Constants(IEnumerable<IntExpr> shape) =>
        shape.Select(d => d.IsConstant ? Literals.Int(d.Value) : "-1");
}
