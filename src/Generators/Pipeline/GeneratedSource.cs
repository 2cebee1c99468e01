using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using MixPrec.Diagnostics;
using MixPrec.Emit;

namespace MixPrec.Generator;

/// <summary>A file to add, a diagnostic to report, or both.</summary>
internal sealed record GeneratedSource(string HintName, string? Text, Finding? Finding)
{
    public static GeneratedSource Create(PlannedClass plan, DuplicateClasses duplicates, Consumer consumer)
    {
        if ((Obstacle(plan, consumer) ?? (plan.Plan is null && plan.Stub is null ? plan.Finding : null)) is { } obstacle)
        {
            return new(plan.HintName, null, obstacle);
        }

        if (duplicates.InsteadOf(plan) is { } other)
        {
            string name = plan.Plan?.ClassName ?? plan.Stub!.ClassName;
            return new(plan.HintName, null, new Finding(DiagnosticCatalog.DuplicateClassName.Id, plan.Path, new([other, plan.Path, name])));
        }

        return new(plan.HintName, plan.Plan is null ? StubEmitter.Emit(plan.Stub!) : ModelEmitter.Emit(plan.Plan), plan.Finding);
    }

    public void AddTo(SourceProductionContext output)
    {
        if (Text is not null)
        {
            output.AddSource(HintName, SourceText.From(Text, Encoding.UTF8));
        }

        if (Finding is not null)
        {
            output.ReportDiagnostic(Finding.ToDiagnostic());
        }
    }

    private static Finding? Obstacle(PlannedClass plan, Consumer consumer)
    {
        if (consumer.Language < Consumer.OldestLanguage)
        {
            return new Finding(DiagnosticCatalog.LanguageTooOld.Id, plan.Path,
                new([Consumer.OldestLanguage.ToDisplayString(), consumer.Language.ToDisplayString()]));
        }

        string? missing = !consumer.HasRuntime ? "MixPrec.Runtime" : !consumer.HasTensors ? "System.Numerics.Tensors" : null;
        return missing is null ? null : new Finding(DiagnosticCatalog.ReferenceMissing.Id, plan.Path, new([missing]));
    }
}
