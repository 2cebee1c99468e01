using System;
using MixPrec.Diagnostics;
using MixPrec.Emit;
using MixPrec.Plan;

namespace MixPrec.Generator;

/// <summary>What a file announces: a plan, a stub, or the reason why it is neither.</summary>
internal sealed record PlannedClass(string Path, string HintName, ModelPlan? Plan, ModelStub? Stub, Finding? Finding)
{
    public static PlannedClass Read(PlanFile file)
    {
        try
        {
            if (file.IsStub)
            {
                var stub = ModelStub.Read(file.Text);
                return new(file.Path, Hint(stub.Namespace, stub.ClassName), null, stub,
                    new Finding(DiagnosticCatalog.NoPlanYet.Id, file.Path, new([stub.ClassName])));
            }

            var plan = PlanReader.Read(file.Text);
            PlanCheck.Check(plan);
            return new(file.Path, Hint(plan.Namespace, plan.ClassName), plan, null, null);
        }
        catch (Exception reason) when (reason is FormatException or OverflowException or DivideByZeroException
            or IntExprSizeException)
        {
            return new(file.Path, "", null, null,
                new Finding(DiagnosticCatalog.PlanUnreadable.Id, file.Path, new([System.IO.Path.GetFileName(file.Path), reason.Message])));
        }
    }

    /// <summary>Identifiers and points: nothing that a file name could not hold, and the same on every machine.</summary>
    private static string Hint(string space, string name) => (space.Length == 0 ? name : space + "." + name) + ".g.cs";
}
