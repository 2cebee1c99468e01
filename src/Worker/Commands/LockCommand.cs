using System.CommandLine;
using System.Text.Json.Nodes;
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

/// <summary>
/// Lists the plans of a lock file, and removes those that no project uses any more: a build cannot know which others still do.
/// </summary>
internal sealed class LockCommand : WorkerCommand
{
    private readonly Argument<string> file;
    private readonly Option<string[]> remove;
    private readonly Option<bool> json;

    public LockCommand() : base("lock", "list the plans of a lock file, or remove some", "mixprec lock digits.mixprec.lock.json")
    {
        file = AddArgument("FILE", "the lock file");
        remove = AddOption<string[]>("--remove", "PLAN", "remove a plan; may be given several times");
        json = AddFlag("--json", "one JSON object");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string path = Path.GetFullPath(arguments.GetValue(file)!);
        InputPath.RequireFile("The lock file", path, null);
        string[] keys = arguments.GetValue(remove) ?? [];
        var known = LockFile.Read(path).Plans.Select(p => p.Subject.Key).ToArray();
        if (keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw new UsageException($"the file has no plan {unknown}; it has {string.Join(", ", known)}.");
        }

        if (keys.Length > 0)
        {
            LockFile.Remove(path, keys, cancellation);
        }

        var left = LockFile.Read(path);
        output.Write(arguments.GetValue(json), () => Json(left), () => Table(left).For(output) + Edited(left));
        return WorkerExitCode.Done;
    }

    private static string Json(LockFile file) => new JsonObject
    {
        ["plans"] = new JsonArray([.. file.Plans.OrderBy(p => p.Subject.Key, StringComparer.Ordinal).Select(p => new JsonObject
        {
            ["key"] = p.Subject.Key, ["model"] = p.Subject.ModelName, ["layers"] = p.Layers.Count,
            ["layersNotInFloat32"] = p.Layers.Count(l => l.Precision != PrecisionConfig.F32),
            ["measuredError"] = Number(p.Numbers.MeasuredError),
            ["speedup"] = Number(p.Numbers.Float32Microseconds / p.Numbers.MeasuredMicroseconds),
            ["options"] = new JsonObject(p.Subject.Options.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)JsonValue.Create(o.Value)))),
            ["edited"] = p.EditedFrom is not null,
        })]),
    }.ToJsonString() + "\n";

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static TextTable Table(LockFile file)
    {
        var table = new TextTable("plan", "model", "layers not in fp32", "loss error", "as fast as fp32", "options")
        {
            Numbers = [2, 3, 4],
        };
        foreach (var plan in file.Plans.OrderBy(p => p.Subject.Key, StringComparer.Ordinal))
        {
            table.Add(
                plan.Subject.Key, PrintableName.Format(plan.Subject.ModelName),
                    $"{plan.Layers.Count(l => l.Precision != PrecisionConfig.F32)} of {plan.Layers.Count}",
                ReportText.Error(plan.Numbers.MeasuredError),
                    ReportText.Ratio(plan.Numbers.Float32Microseconds / plan.Numbers.MeasuredMicroseconds), plan.Subject.OptionWords);
        }

        return table;
    }

    private static string Edited(LockFile file) =>
        string.Concat(file.Plans.Where(p => p.EditedFrom is not null).Select(p => p.Subject.Key).Order(StringComparer.Ordinal)
        .Select(key => $"\n{key} was edited after a build had written it, so no build takes it: "
            + $"restore it, remove it, or plan anew (see {DiagnosticCatalog.PlanEdited.Id}).\n"));
}
