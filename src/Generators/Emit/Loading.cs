using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>The part of the class that owns the weights: <c>PlanHash</c>, <c>Load</c>, <c>CreateSession</c>, <c>Dispose</c>.</summary>
internal static class Loading
{
    private const string Weights = "global::MixPrec.Runtime.ModelWeights";
    private const string Threads =
        "/// <param name=\"threads\">Threads that a run may use, the calling one among them. "
        + "The outputs have the same bits for every number.</param>";
    private const string Errors =
        "/// <exception cref=\"global::MixPrec.Runtime.ModelWeightsException\">"
        + "The weights are damaged, or belong to another plan.</exception>";

    public static void Write(CodeWriter code, ModelPlan plan, PlanNames names)
    {
        string name = names.ClassName;
        code.Line("/// <summary>Hash of the plan this class was generated from; weights carry the same one.</summary>");
        code.Line($"public const string PlanHash = {Literals.Text(plan.Hash)};");
        code.Line();
        code.Line($"private readonly {Weights} _weights;");
        code.Line("private readonly int _threads;");
        bool pooled = !plan.HasMemory;
        if (pooled)
        {
            code.Line("private readonly global::MixPrec.Runtime.SessionPool<Session> _sessions;");
        }

        code.Line();
        code.Open($"private {name}({Weights} weights, int threads)");
        code.Line("_weights = weights;");
        code.Line("_threads = threads;");
        if (pooled)
        {
            code.Line("_sessions = new(() => new Session(weights, threads));");
        }

        code.Close();
        code.Line();
        string threads = $"int threads = {Literals.Int(plan.Info.Threads)}";
        WriteDefaultLoad(code, plan, name, threads);
        code.Line("/// <summary>Maps a weights file that the build wrote; it must not change while the model lives.</summary>");
        code.Line("/// <param name=\"path\">The file.</param>");
        code.Line(Threads);
        code.Line(Errors);
        code.Line("/// <exception cref=\"global::System.IO.IOException\">The file is missing or cannot be read.</exception>");
        code.Member($"public static {name} Load(string path, {threads})", New("FromFile(path, PlanHash)"));
        code.Line();
        code.Line("/// <summary>Copies weights from memory: the content of a weights file.</summary>");
        code.Line("/// <param name=\"weights\">Needed no longer afterwards.</param>");
        code.Line(Threads);
        code.Line(Errors);
        code.Member($"public static {name} Load(global::System.ReadOnlyMemory<byte> weights, {threads})",
            New("FromMemory(weights.Span, PlanHash)"));
        code.Line();
        code.Line(pooled ? "/// <summary>A session for one thread: runs without renting. Dispose it before or after the model.</summary>"
            : "/// <summary>A session for one sequence at a time, its memory empty. Dispose it before or after the model.</summary>");
        if (plan.Cache is { } cache)
        {
            SessionCache.WriteCreateSession(code, cache);
        }
        else
        {
            code.Member("public Session CreateSession()", "new(_weights, _threads)");
        }

        code.Line();
        code.Line("/// <summary>Frees weights and idle sessions; runs in progress end first.</summary>");
        code.Open("public void Dispose()");
        if (pooled)
        {
            code.Line("_sessions.Dispose();");
        }

        code.Line("_weights.Dispose();");
        code.Close();
    }

    private static void WriteDefaultLoad(CodeWriter code, ModelPlan plan, string name, string threads)
    {
        string? source = plan.WeightsMode switch
        {
            "Embedded" => $"FromResource(typeof({name}).Assembly, {Literals.Text(plan.WeightsResource)}, PlanHash)",
            // The name of the assembly keeps classes apart that two libraries of an application call alike.
            "File" => "FromFile(global::System.IO.Path.Combine(global::System.AppContext.BaseDirectory, "
                + $"typeof({name}).Assembly.GetName().Name + {Literals.Text("." + plan.ClassName + ".weights")}), PlanHash)",
            _ => null,
        };
        if (source is null)
        {
            return;
        }

        string place = plan.WeightsMode == "File" ? "that lie beside the application" : "inside this assembly";
        code.Line($"/// <summary>Loads the weights {place}.</summary>");
        code.Line(Threads);
        code.Line(Errors);
        code.Member($"public static {name} Load({threads})", New(source));
        code.Line();
    }

    private static string New(string source) => $"new({Weights}.{source}, global::MixPrec.Runtime.ModelSession.CheckThreads(threads))";
}
