using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// The states that a session keeps: two arrays each, of which a run reads one and writes the other. They change places when the run has
/// ended, so that
/// a run that fails leaves the state as it was.
/// </summary>
internal static class SessionStates
{
    /// <summary>The array behind a port, or null when the port is an argument.</summary>
    public static string? Memory(ModelPlan plan, int port)
    {
        for (int i = 0; i < plan.States.Count; i++)
        {
            if (plan.States[i].Input == port || plan.States[i].Output == port)
            {
                return (plan.States[i].Input == port ? "this._state" : "this._next") + Literals.Int(i);
            }
        }

        return null;
    }

    public static void WriteFields(CodeWriter code, ModelPlan plan)
    {
        for (int i = 0; i < plan.States.Count; i++)
        {
            var port = plan.Ports[plan.States[i].Input];
            string type = port.Type.CSharpName(), length = Literals.Int(IntExpr.Product(port.Shape).Value);
            code.Line($"private {type}[] _state{Literals.Int(i)} = new {type}[{length}], _next{Literals.Int(i)} = new {type}[{length}];");
        }

        if (plan.States.Count > 0)
        {
            code.Line();
        }
    }

    public static void WriteAfterRun(CodeWriter code, ModelPlan plan)
    {
        foreach (string i in Numbers(plan))
        {
            code.Line($"(this._state{i}, this._next{i}) = (this._next{i}, this._state{i});");
        }
    }

    public static void WriteReset(CodeWriter code, ModelPlan plan)
    {
        if (plan.States.Count == 0)
        {
            return;
        }

        string states = Literals.Documentation(string.Join(", ", plan.States.Select(s => plan.Ports[s.Input].Name)));
        code.Line($"/// <summary>Begins a new sequence: {states} become zero. Not during a run.</summary>");
        code.Open("public void Reset()");
        foreach (string i in Numbers(plan))
        {
            code.Line($"global::System.Array.Clear(this._state{i});");
        }

        code.Close();
        code.Line();
    }

    private static IEnumerable<string> Numbers(ModelPlan plan) => Enumerable.Range(0, plan.States.Count).Select(i => Literals.Int(i));
}
