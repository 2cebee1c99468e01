using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// What a session with a cache has instead of <c>Run</c>: <c>Next</c>, <c>Length</c>, <c>MaxTokens</c>, <c>Rewind</c> and <c>Reset</c>. A
/// run appends behind
/// <c>Length</c>, which moves when the run has ended, so that a run that fails leaves the sequence as it was, and rewinding costs nothing.
/// </summary>
internal static class SessionCache
{
    /// <summary>The array behind a port, or null when the port is an argument.</summary>
    private static string? Memory(PlanCache cache, int port) =>
        Enumerable.Range(0, cache.Pairs.Count).Where(i => cache.Pairs[i].Input == port || cache.Pairs[i].Output == port)
            .Select(i => "this._cache" + Literals.Int(i)).FirstOrDefault();

    public static void WriteCreateSession(CodeWriter code, PlanCache cache)
    {
        string context = cache.Context > 0 ? $" The model knows positions for {Literals.Int(cache.Context)}." : "";
        code.Line($"/// <param name=\"maxTokens\">The longest sequence, in tokens; all its memory is allocated here.{context}</param>");
        code.Line("/// <exception cref=\"global::System.ArgumentException\">"
            + "The model has no such long sequences, or there is no memory of that size.</exception>");
        code.Member($"public Session CreateSession(int maxTokens{(cache.Context > 0 ? " = " + Literals.Int(cache.Context) : "")})",
            "new(_weights, _threads, maxTokens)");
    }

    public static void WriteFields(CodeWriter code, ModelPlan plan)
    {
        if (plan.Cache is not { } cache)
        {
            return;
        }

        for (int i = 0; i < cache.Pairs.Count; i++)
        {
            code.Line($"private readonly {plan.Ports[cache.Pairs[i].Input].Type.CSharpName()}[] _cache{Literals.Int(i)};");
        }

        code.Line();
    }

    public static void WriteConstruction(CodeWriter code, ModelPlan plan)
    {
        if (plan.Cache is not { } cache)
        {
            return;
        }

        code.Line("global::System.ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);");
        if (cache.Context > 0)
        {
            code.Line($"global::System.ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTokens, {Literals.Int(cache.Context)});");
        }

        for (int i = 0; i < cache.Pairs.Count; i++)
        {
            var port = plan.Ports[cache.Pairs[i].Input];
            long unit = IntExpr.Product(port.Shape).DivideExactly(IntExpr.Symbol(cache.Capacity))!.Value;
            code.Line($"this._cache{Literals.Int(i)} = NewCache<{port.Type.CSharpName()}>(maxTokens, {Literals.Int(unit)}L * maxTokens);");
        }

        code.Line("MaxTokens = maxTokens;");
        code.Line($"Reserve({Dimensions(plan, cache, "1", "maxTokens - 1", "maxTokens")});");
    }

    public static void WriteMembers(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        var cache = plan.Cache!;
        code.Line("/// <summary>Tokens of the sequence so far.</summary>");
        code.Line("public int Length { get; private set; }");
        code.Line();
        code.Line("/// <summary>The longest sequence.</summary>");
        code.Line("public int MaxTokens { get; }");
        code.Line();
        WriteNext(code, plan, cache, names);
        code.Line();
        code.Line("/// <summary>Begins a new sequence. Not during a run.</summary>");
        code.Member("public void Reset()", "Length = 0");
        code.Line();
        code.Line("/// <summary>Forgets all but the first tokens. Not during a run.</summary>");
        code.Line("/// <param name=\"length\">Tokens to keep.</param>");
        code.Line("/// <exception cref=\"global::System.ArgumentOutOfRangeException\">Negative, or more than there are.</exception>");
        code.Open("public void Rewind(int length)");
        code.Line("global::System.ArgumentOutOfRangeException.ThrowIfNegative(length);");
        code.Line("global::System.ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);");
        code.Line("Length = length;");
        code.Close();
    }

    private static void WriteNext(CodeWriter code, ModelPlan plan, PlanCache cache, PlanNames names)
    {
        var tokens = names.Arguments.First(p => !p.Port.IsOutput && IntExpr.Product(p.Port.Shape) == IntExpr.Symbol(cache.Tokens));
        string count = names.Symbol(cache.Tokens), past = names.Symbol(cache.Past), capacity = names.Symbol(cache.Capacity);
        code.Line("/// <summary>Appends tokens to the sequence and runs the model on them, in one go whatever their number: "
            + "a prompt first, then token by token. Outputs must not overlap inputs.</summary>");
        foreach (var port in names.Arguments)
        {
            code.Line($"/// <param name=\"{port.Parameter.TrimStart('@')}\">{(port.Port.IsOutput ? "Output" : "Input")} "
                + $"{Literals.Documentation(port.Port.Name)} of these tokens, "
                + $"row-major [{Literals.Documentation(string.Join(", ", port.Port.Shape))}].</param>");
        }

        code.Line("/// <exception cref=\"global::System.ArgumentException\">"
            + "There is no token, or a length is not the model's; the message names the parameter.</exception>");
        code.Line("/// <exception cref=\"global::System.InvalidOperationException\">"
            + "The sequence would exceed <see cref=\"MaxTokens\"/>; it stays as it was.</exception>");
        code.Open($"public void Next({string.Join(", ", names.Arguments.Select(RunMethods.Span))})");
        code.Line($"int {count} = {tokens.Parameter}.Length, {past} = Length, {capacity} = MaxTokens;");
        code.Line($"RequireContext({tokens.Quoted}, {count}, {past}, {capacity});");
        Expressions.DeclareOfInts(code, names.Arguments.Where(p => p != tokens).Select(p => IntExpr.Product(p.Port.Shape)), names);
        foreach (var port in names.Arguments.Where(p => p != tokens))
        {
            code.Line($"RequireLength({port.Quoted}, {port.Parameter}.Length, "
                + $"{Expressions.OfInts(IntExpr.Product(port.Port.Shape), names)});");
        }

        code.Line($"Ports ports = new({string.Join(", ", names.Ports.Select((p, i) => Memory(cache, i) ?? p.Parameter))});");
        code.Line($"base.Run(ref ports, {Dimensions(plan, cache, count, past, capacity)});");
        code.Line($"Length = {past} + {count};");
        code.Close();
    }

    private static string Dimensions(ModelPlan plan, PlanCache cache, string tokens, string past, string capacity) =>
        $"[{string.Join(", ", plan.Symbols.Select(s =>
            s.Identifier == cache.Tokens ? tokens : s.Identifier == cache.Past ? past : capacity))}]";
}
