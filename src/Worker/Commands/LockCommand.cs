using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Report;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Lists the plans of a lock file, and removes those that no project uses any more: a build cannot know which others still do.</summary>
internal sealed class LockCommand : Command
{
    private static readonly CommandOption Remove = new("--remove", "PLAN", "remove a plan", IsRepeatable: true);

    public override string Name => "lock";

    public override string Summary => "list the plans of a lock file, or remove some";

    public override string Positional => "FILE";

    public override IReadOnlyList<CommandOption> Options => [Remove];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        string path = arguments.SinglePath("FILE");
        if (!File.Exists(path))
        {
            throw new MixPrecException(DiagnosticCatalog.FileNotFound, null, "The lock file", path);
        }

        var keys = arguments.All(Remove.Name);
        var known = LockFile.Read(path).Plans.Select(p => p.Subject.Key).ToArray();
        if (keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw new UsageException($"the file has no plan {unknown}; it has {string.Join(", ", known)}.");
        }

        if (keys.Count > 0)
        {
            LockFile.Remove(path, keys, cancellation);
        }

        output.Out.Write(Table(LockFile.Read(path)));
        return WorkerExitCode.Done;
    }

    private static string Table(LockFile file)
    {
        var table = new TextTable("plan", "model", "layers not in fp32", "loss error", "as fast as fp32", "options") { Numbers = [2, 3, 4] };
        foreach (var plan in file.Plans.OrderBy(p => p.Subject.Key, StringComparer.Ordinal))
        {
            table.Add(
                plan.Subject.Key, PrintableName.Of(plan.Subject.ModelName), $"{plan.Layers.Count(l => l.Precision != PrecisionConfig.F32)} of {plan.Layers.Count}",
                ReportText.Error(plan.Numbers.MeasuredError), ReportText.Ratio(plan.Numbers.Float32Microseconds / plan.Numbers.MeasuredMicroseconds), plan.Subject.OptionWords);
        }

        return table + string.Concat(file.Plans.Where(p => p.EditedFrom is not null).Select(p => p.Subject.Key).Order(StringComparer.Ordinal)
            .Select(key => $"\n{key} was edited after a build had written it, so no build takes it: restore it, remove it, or plan anew (see {DiagnosticCatalog.PlanEdited.Id}).\n"));
    }
}
