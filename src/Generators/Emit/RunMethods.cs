using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// The overloads of <c>Run</c>, the same on the model and on its session (a model with states has sessions only): plain spans (with the run-time dimensions, where there are any), plain
/// spans whose lengths give the dimensions, and tensor spans.
/// </summary>
internal static class RunMethods
{
    private const string Checked = "/// <exception cref=\"global::System.ArgumentException\">A length or shape is not the model's; the message names the parameter.</exception>";

    public static void WriteForModel(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        WriteSpans(code, plan, names, "Runs the model. Thread-safe.");
        code.Line("Session session = _sessions.Rent();");
        code.Open("try");
        code.Line($"session.Run({Arguments(plan, names, names.Arguments.Select(p => p.Parameter))});");
        code.Close();
        code.Open("finally");
        code.Line("_sessions.Return(session);");
        code.Close();
        code.Close();
        WriteConveniences(code, plan, names);
    }

    public static void WriteForSession(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        WriteSpans(code, plan, names, "Runs the model on this thread.");
        foreach (var port in names.Arguments)
        {
            code.Line($"RequireLength({port.Quoted}, {port.Parameter}.Length, {Expressions.OfInts(IntExpr.Product(port.Port.Shape), names)});");
        }

        code.Line($"Ports ports = new({string.Join(", ", names.Ports.Select((p, i) => SessionStates.Memory(plan, i) ?? p.Parameter))});");
        code.Line($"base.Run(ref ports, [{string.Join(", ", plan.Symbols.Select(s => names.Symbol(s.Identifier)))}]);");
        SessionStates.WriteAfterRun(code, plan);
        code.Close();
        WriteConveniences(code, plan, names);
    }

    private static void WriteSpans(CodeWriter code, ModelPlan plan, PlanNames names, string summary)
    {
        Document(code, plan, names, summary, plan.Symbols.Count > 0);
        code.Open($"public void Run({Parameters(plan, names, names.Arguments.Select(Span), plan.Symbols.Count > 0)})");
    }

    private static void WriteConveniences(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        if (plan.Symbols.Count > 0 && FromLengths(plan, names) is { } lengths)
        {
            code.Line();
            Document(code, plan, names, "Runs the model; the lengths give the run-time dimensions.", false);
            code.Member(
                $"public void Run({Parameters(plan, names, names.Arguments.Select(Span), false)})",
                $"Run({string.Join(", ", lengths.Concat(names.Arguments.Select(p => p.Parameter)))})");
        }

        var axes = FromAxes(plan, names);
        code.Line();
        Document(code, plan, names, "Runs the model on dense tensors.", axes is null);

        // Arrays convert to both kinds of span: without a priority such a call would be ambiguous.
        code.Line("[global::System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]");
        code.Open($"public void Run({Parameters(plan, names, names.Arguments.Select(Tensor), axes is null)})");
        for (int i = 0; i < plan.Symbols.Count && axes is not null; i++)
        {
            code.Line($"int {names.Symbol(plan.Symbols[i].Identifier)} = {axes[i]};");
        }

        code.Line($"Run({Arguments(plan, names, names.Arguments.Select(p => Flatten(p, names)))});");
        code.Close();
    }

    /// <summary>For each symbol an input whose length is a constant times the symbol, or null when one has none.</summary>
    private static IReadOnlyList<string>? FromLengths(ModelPlan plan, PlanNames names) => ForEachSymbol(plan, symbol =>
        names.Arguments.Where(p => !p.Port.IsOutput)
            .Select(p => (Port: p, Unit: IntExpr.Product(p.Port.Shape).DivideExactly(IntExpr.Symbol(symbol))))
            .Where(p => p.Unit is { IsConstant: true, Value: >= 1 and <= int.MaxValue })
            .Select(p => $"global::MixPrec.Runtime.Dimension.FromLength({p.Port.Quoted}, {p.Port.Parameter}.Length, {Literals.Int(p.Unit!.Value)})")
            .FirstOrDefault());

    /// <summary>For each symbol an axis of an input that it is the length of, or null when one has none.</summary>
    private static IReadOnlyList<string>? FromAxes(ModelPlan plan, PlanNames names) => ForEachSymbol(plan, symbol =>
        (from port in names.Arguments
         where !port.Port.IsOutput
         from axis in Enumerable.Range(0, port.Port.Shape.Count)
         where port.Port.Shape[axis] == IntExpr.Symbol(symbol)
         select $"global::MixPrec.Runtime.DenseTensor.LengthOf(in {port.Parameter}, {Literals.Int(axis)}, {port.Quoted})").FirstOrDefault());

    private static IReadOnlyList<string>? ForEachSymbol(ModelPlan plan, System.Func<string, string?> find)
    {
        string?[] found = [.. plan.Symbols.Select(s => find(s.Identifier))];
        return found.Contains(null) ? null : [.. found.Select(f => f!)];
    }

    private static string Span(PortNames port) => $"global::System.{(port.Port.IsOutput ? "Span" : "ReadOnlySpan")}<{port.Port.Type.CSharpName()}> {port.Parameter}";

    private static string Tensor(PortNames port) =>
        $"in global::System.Numerics.Tensors.{(port.Port.IsOutput ? "TensorSpan" : "ReadOnlyTensorSpan")}<{port.Port.Type.CSharpName()}> {port.Parameter}";

    private static string Flatten(PortNames port, PlanNames names) =>
        $"global::MixPrec.Runtime.DenseTensor.Flatten(in {port.Parameter}, [{string.Join(", ", port.Port.Shape.Select(d => d.IsConstant ? Literals.Int(d.Value) : $"checked((nint)({Expressions.OfInts(d, names)}))"))}], {port.Quoted})";

    private static string Parameters(ModelPlan plan, PlanNames names, IEnumerable<string> ports, bool dimensions) =>
        string.Join(", ", plan.Symbols.Where(_ => dimensions).Select(s => "int " + names.Symbol(s.Identifier)).Concat(ports));

    private static string Arguments(ModelPlan plan, PlanNames names, IEnumerable<string> ports) =>
        string.Join(", ", plan.Symbols.Select(s => names.Symbol(s.Identifier)).Concat(ports));

    private static void Document(CodeWriter code, ModelPlan plan, PlanNames names, string summary, bool dimensions)
    {
        code.Line($"/// <summary>{summary} Outputs must not overlap inputs.</summary>");
        foreach (var symbol in plan.Symbols.Where(_ => dimensions))
        {
            code.Line($"/// <param name=\"{names.Symbol(symbol.Identifier).TrimStart('@')}\">Dimension {Literals.Documentation(symbol.Name)}, at least 1.</param>");
        }

        foreach (var port in names.Arguments)
        {
            string kind = port.Port.IsOutput ? "Output" : "Input";
            code.Line($"/// <param name=\"{port.Parameter.TrimStart('@')}\">{kind} {Literals.Documentation(port.Port.Name)}, row-major [{Literals.Documentation(string.Join(", ", port.Port.Shape))}].</param>");
        }

        code.Line(Checked);
    }
}
