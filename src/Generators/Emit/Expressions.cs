using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>C# text of integer expressions. All arithmetic is done in 64 bits and narrowed with a check.</summary>
internal static class Expressions
{
    /// <summary>A <c>long</c>, where the symbols are parameters of type <c>int</c>.</summary>
    public static string OfInts(IntExpr value, PlanNames names) => value.ToCSharp(s => "(long)" + names.Symbol(s));

    /// <summary>A <c>long</c>, where the symbols are locals of type <c>long</c>.</summary>
    public static string OfLongs(IntExpr value, PlanNames names) => value.ToCSharp(names.Symbol);

    /// <summary>A constant, or an <c>int</c> made of locals of type <c>long</c>.</summary>
    public static string Narrow(IntExpr value, PlanNames names) =>
        value.IsConstant ? Literals.Int(value.Value) : $"checked((int)({OfLongs(value, names)}))";

    /// <summary>
    /// A span of <c>int</c> that is never allocated: the compiler lays constants into the assembly's data and everything else onto the stack.
    /// </summary>
    public static string Span(EquatableArray<IntExpr> values, PlanNames names) => $"[{string.Join(", ", values.Select(v => Narrow(v, names)))}]";
}
