using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// The overloads of <c>Run</c>, the same on the model and on its session (a model with states has sessions only): plain spans (with the
/// run-time dimensions, where there are any), plain
/// spans whose lengths give the dimensions, and tensor spans.
/// </summary>
internal static class RunMethods
{
    /// <summary>Conditions that the documentation lists.</summary>
    private const int MostDocumented = 12;

    private const string Checked = "/// <exception cref=\"global::System.ArgumentException\">"
        + "A length or shape is not the model's; the message names the parameter.</exception>";

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
        Expressions.DeclareOfInts(code, names.Arguments.Select(p => p.MostElements(names)), names);
        foreach (var port in names.Arguments)
        {
            code.Line($"{(port.IsCounted ? "RequireRoom" : "RequireLength")}({port.Quoted}, {port.Parameter}.Length, "
                + $"{Expressions.OfInts(port.MostElements(names), names)});");
        }

        code.Line($"Ports ports = new({string.Join(", ", names.Ports.Select((p, i) => SessionStates.Memory(plan, i) ?? p.Parameter))});");
        code.Line($"base.Run(ref ports, [{string.Join(", ", plan.Dimensions.Select(s => names.Symbol(s.Identifier)))}]);");
        foreach (var count in Counts(plan))
        {
            code.Line($"{names.Symbol(count.Identifier)} = {names.Current(count)};");
        }

        SessionStates.WriteAfterRun(code, plan);
        code.Close();
        WriteConveniences(code, plan, names);
    }

    private static void WriteSpans(CodeWriter code, ModelPlan plan, PlanNames names, string summary)
    {
        Document(code, plan, names, summary, plan.Dimensions.Any());
        code.Open($"public void Run({Parameters(plan, names, names.Arguments.Select(Span), plan.Dimensions.Any())})");
    }

    private static void WriteConveniences(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        if (plan.Dimensions.Any() && FromLengths(plan, names) is { } lengths)
        {
            code.Line();
            Document(code, plan, names, "Runs the model; the lengths give the run-time dimensions.", false);
            code.Member(
                $"public void Run({Parameters(plan, names, names.Arguments.Select(Span), false)})",
                $"Run({string.Join(", ", lengths.Concat(names.Arguments.Select(p => p.Parameter)).Concat(Results(plan, names, "out")))})");
        }

        if (Counts(plan).Any())
        {
            // The shape of a tensor span says how large it is, which is known after the run only.
            return;
        }

        var axes = FromAxes(plan, names);
        code.Line();
        Document(code, plan, names, "Runs the model on dense tensors.", axes is null);

        // Arrays convert to both kinds of span: without a priority such a call would be ambiguous.
        code.Line("[global::System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]");
        code.Open($"public void Run({Parameters(plan, names, names.Arguments.Select(Tensor), axes is null)})");
        foreach (var (dimension, axis) in plan.Dimensions.Zip(axes ?? [], (d, a) => (d, a)))
        {
            code.Line($"int {names.Symbol(dimension.Identifier)} = {axis};");
        }

        Expressions.DeclareOfInts(code, names.Arguments.SelectMany(p => p.Port.Shape), names);
        code.Line($"Run({Arguments(plan, names, names.Arguments.Select(p => Flatten(p, names)))});");
        code.Close();
    }

    /// <summary>For each symbol an input whose length is a constant times the symbol, or null when one has none.</summary>
    private static IReadOnlyList<string>? FromLengths(ModelPlan plan, PlanNames names) => ForEachSymbol(plan, symbol =>
        names.Arguments.Where(p => !p.Port.IsOutput)
            .Select(p => (Port: p, Unit: IntExpr.Product(p.Port.Shape).DivideExactly(IntExpr.Symbol(symbol))))
            .Where(p => p.Unit is { IsConstant: true, Value: >= 1 and <= int.MaxValue })
            .Select(p => $"global::MixPrec.Runtime.Dimension.FromLength({p.Port.Quoted}, {p.Port.Parameter}.Length, "
                + $"{Literals.Int(p.Unit!.Value)})")
            .FirstOrDefault());

    /// <summary>For each symbol an axis of an input that it is the length of, or null when one has none.</summary>
    private static IReadOnlyList<string>? FromAxes(ModelPlan plan, PlanNames names) => ForEachSymbol(plan, symbol =>
        (from port in names.Arguments
         where !port.Port.IsOutput
         from axis in Enumerable.Range(0, port.Port.Shape.Count)
         where port.Port.Shape[axis] == IntExpr.Symbol(symbol)
         select $"global::MixPrec.Runtime.DenseTensor.LengthOf(in {port.Parameter}, {Literals.Int(axis)}, {port.Quoted})")
             .FirstOrDefault());

    private static IReadOnlyList<string>? ForEachSymbol(ModelPlan plan, System.Func<string, string?> find)
    {
        string?[] found = [.. plan.Dimensions.Select(s => find(s.Identifier))];
        return found.Contains(null) ? null : [.. found.Select(f => f!)];
    }

    public static string Span(PortNames port) =>
        $"global::System.{(port.Port.IsOutput ? "Span" : "ReadOnlySpan")}<{port.Port.Type.CSharpName()}> {port.Parameter}";

    private static string Tensor(PortNames port) =>
        $"in global::System.Numerics.Tensors.{(port.Port.IsOutput ? "TensorSpan" : "ReadOnlyTensorSpan")}"
        + $"<{port.Port.Type.CSharpName()}> {port.Parameter}";

    private static string Flatten(PortNames port, PlanNames names) =>
        $"global::MixPrec.Runtime.DenseTensor.Flatten(in {port.Parameter}, "
        + $"[{string.Join(", ", port.Port.Shape.Select(d => Length(d, names)))}], {port.Quoted})";

    private static string Length(IntExpr dimension, PlanNames names) => dimension.IsConstant
        ? Literals.Int(dimension.Value) : $"checked((nint)({Expressions.OfInts(dimension, names)}))";

    private static string Parameters(ModelPlan plan, PlanNames names, IEnumerable<string> ports, bool dimensions) =>
        string.Join(", ", plan.Dimensions.Where(_ => dimensions).Select(s => "int " + names.Symbol(s.Identifier)).Concat(ports)
            .Concat(Results(plan, names)));

    private static string Arguments(ModelPlan plan, PlanNames names, IEnumerable<string> ports) =>
        string.Join(", ", plan.Dimensions.Select(s => names.Symbol(s.Identifier)).Concat(ports).Concat(Results(plan, names, "out")));

    /// <summary>The counts that shapes of outputs depend on.</summary>
    private static IEnumerable<PlanSymbol> Counts(ModelPlan plan) =>
        plan.Counts.Where(c => plan.Ports.Where(p => p.IsOutput).SelectMany(p => p.Shape).Any(d => d.Symbols.Contains(c.Identifier)));

    private static IEnumerable<string> Results(ModelPlan plan, PlanNames names, string prefix = "out int") =>
        Counts(plan).Select(c => $"{prefix} {names.Symbol(c.Identifier)}");

    private static void Document(CodeWriter code, ModelPlan plan, PlanNames names, string summary, bool dimensions)
    {
        code.Line($"/// <summary>{summary} Outputs must not overlap inputs.</summary>");
        foreach (var symbol in plan.Dimensions.Where(_ => dimensions))
        {
            code.Line($"/// <param name=\"{names.Symbol(symbol.Identifier).TrimStart('@')}\">"
                + $"Dimension {Literals.Documentation(symbol.Name)}, at least 1.</param>");
        }

        if (plan.Requirements.Count > 0)
        {
            var shown = plan.Requirements.Take(MostDocumented).Select(r => Literals.Documentation(r.ToString()));
            string others = plan.Requirements.Count > MostDocumented ? ", and others that the exception names" : "";
            code.Line($"/// <remarks>A run is refused unless {string.Join(", and ", shown)}{others}.</remarks>");
        }

        foreach (var port in names.Arguments)
        {
            string kind = port.Port.IsOutput ? "Output" : "Input";
            string shape = Literals.Documentation(string.Join(", ", port.Port.Shape));
            string space = !port.IsCounted ? ""
                : $"; needs room for {Literals.Documentation(port.MostElements(names).ToString())} elements (<c>{port.Length}</c>), "
                    + "of which a run writes the first";
            code.Line($"/// <param name=\"{port.Parameter.TrimStart('@')}\">"
                + $"{kind} {Literals.Documentation(port.Port.Name)}, row-major [{shape}]{space}.</param>");
        }

        foreach (var count in Counts(plan))
        {
            code.Line($"/// <param name=\"{names.Symbol(count.Identifier).TrimStart('@')}\">"
                + $"Gets what the run found out: {Literals.Documentation(count.Name)}, "
                + $"0 to {Literals.Documentation(count.Bound!.ToString())}.</param>");
        }

        code.Line(Checked);
    }
}
