using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>The nested <c>Session</c>: checks of lengths, the ports by reference, the layout of the workspace and the steps.</summary>
internal static class SessionClass
{
    public static void Write(CodeWriter code, ModelPlan plan, PlanNames names, bool clocked)
    {
        var slots = new SlotLayout(plan, names);
        var places = new PlaceNames(plan, names, slots);
        var steps = new StepMethods(plan, names, places, clocked);
        string follows = plan.HasMemory ? ", each run where the one before ended" : "";
        code.Line($"/// <summary>Runs the model on one thread at a time{follows}.</summary>");
        code.Open("public sealed class Session : global::MixPrec.Runtime.ModelSession");
        places.Write(code);
        slots.WriteOffsets(code);
        SessionStates.WriteFields(code, plan);
        SessionCache.WriteFields(code, plan);
        string capacity = plan.Cache is null ? "" : ", int maxTokens";
        string counts = plan.Counts.Any() ? ", " + Literals.Int(plan.Counts.Count()) : "";
        code.Open($"internal Session(global::MixPrec.Runtime.ModelWeights weights, int threads{capacity}) "
            + $": base(weights, {Literals.Int(plan.WeightsLength)}, {Literals.Int(plan.Ports.Count)}, "
            + $"{Literals.Int(plan.Dimensions.Count())}{counts})");
        code.Line("Threads = threads;");
        SessionCache.WriteConstruction(code, plan);
        code.Close();
        code.Line();
        if (plan.Cache is null)
        {
            RunMethods.WriteForSession(code, plan, names);
        }
        else
        {
            SessionCache.WriteMembers(code, plan, names);
        }

        code.Line();
        SessionStates.WriteReset(code, plan);
        slots.WriteWorkspaceBytes(code);
        code.Line();
        steps.Write(code);
        code.Line();
        WritePorts(code, names);
        code.Close();
    }

    private static void WritePorts(CodeWriter code, PlanNames names)
    {
        var parameters = names.Ports.Select(p =>
            $"global::System.{(p.Port.IsOutput ? "Span" : "ReadOnlySpan")}<{p.Port.Type.CSharpName()}> {p.Parameter}");
        code.Open($"private ref struct Ports({string.Join(", ", parameters)}) : global::MixPrec.Runtime.IPorts");
        for (int i = 0; i < names.Ports.Count; i++)
        {
            code.Line($"private ref byte _{Literals.Int(i)} = ref global::MixPrec.Runtime.PortReference.Of({names.Ports[i].Parameter});");
        }

        code.Line();
        code.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
        code.Open("public ref byte this[int index]");
        code.Open("get");
        code.Open("switch (index)");
        for (int i = 1; i < names.Ports.Count; i++)
        {
            code.Line($"case {Literals.Int(i)}: return ref _{Literals.Int(i)};");
        }

        code.Line("default: return ref _0;");
        code.Close();
        code.Close();
        code.Close();
        code.Close();
    }
}
