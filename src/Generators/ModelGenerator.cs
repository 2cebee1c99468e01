using Microsoft.CodeAnalysis;

namespace MixPrec.Generator;

/// <summary>
/// Prints the plan of each model as C#: file → plan → source, each stage a record of text and numbers, so that an edit elsewhere in the
/// project
/// re-runs none of them. The heavy work was the worker's; here nothing but text is read.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    internal const string FilesStep = "MixPrec.Files", PlansStep = "MixPrec.Plans", SourcesStep = "MixPrec.Sources";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select((pair, cancellation) => PlanFile.From(pair.Left, pair.Right.GetOptions(pair.Left), cancellation))
            .Where(file => file is not null)
            .Select((file, _) => file!)
            .WithTrackingName(FilesStep);
        var plans = files.Select((file, _) => PlannedClass.Read(file)).WithTrackingName(PlansStep);

        // Two files may announce one class; the names alone decide, so that each source stays cached by its own plan.
        var duplicates = plans.Select((plan, _) => new ClassOrigin(plan.HintName, plan.Path)).Collect()
            .Select((origins, _) => DuplicateClasses.Find(origins));
        var consumer = context.CompilationProvider.Select((compilation, _) => Consumer.FromCompilation(compilation));

        var sources = plans.Combine(duplicates).Combine(consumer)
            .Select((input, _) => GeneratedSource.Create(input.Left.Left, input.Left.Right, input.Right))
            .WithTrackingName(SourcesStep);
        context.RegisterSourceOutput(sources, (output, source) => source.AddTo(output));
    }
}
