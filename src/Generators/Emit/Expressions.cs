using System;
using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>C# text of integer expressions. All arithmetic is done in 64 bits and narrowed with a check.</summary>
internal static class Expressions
{
    /// <summary>A <c>long</c>, where the symbols are parameters of type <c>int</c>.</summary>
    public static string OfInts(IntExpr value, PlanNames names) =>
        value.ToCSharp(s => "(long)" + names.Symbol(s), names.Shared, names.Part);

    /// <summary>A <c>long</c>, where the symbols are locals of type <c>long</c>.</summary>
    public static string OfLongs(IntExpr value, PlanNames names) => value.ToCSharp(names.Symbol, names.Shared, names.Part);

    /// <summary>Declares the parts that <paramref name="values"/> share, before <see cref="OfInts"/> prints these.</summary>
    public static void DeclareOfInts(CodeWriter code, IEnumerable<IntExpr> values, PlanNames names) =>
        Declare(code, values, names, s => "(long)" + names.Symbol(s));

    /// <summary>Declares the parts that <paramref name="values"/> share, before <see cref="OfLongs"/> prints these.</summary>
    public static void DeclareOfLongs(CodeWriter code, IEnumerable<IntExpr> values, PlanNames names) =>
        Declare(code, values, names, names.Symbol);

    /// <summary>A constant, or an <c>int</c> made of locals of type <c>long</c>.</summary>
    public static string Narrow(IntExpr value, PlanNames names) =>
        value.IsConstant ? Literals.Int(value.Value) : $"checked((int)({OfLongs(value, names)}))";

    /// <summary>A span of <c>int</c> that is never allocated, also where the compiler does not optimise.</summary>
    public static string Span(EquatableArray<IntExpr> values, PlanNames names, ConstantSizes constants) =>
        values.Count > 0 && values.All(v => v.IsConstant) ? constants.Value(values)
            : $"[{string.Join(", ", values.Select(v => Narrow(v, names)))}]";

    private static void Declare(CodeWriter code, IEnumerable<IntExpr> values, PlanNames names, Func<string, string> symbol)
    {
        foreach (int part in names.Shared.In(values))
        {
            code.Line($"long {names.Part(part)} = checked({names.Shared.CSharp(part, symbol, names.Part)});");
        }
    }
}
