using System.CommandLine;
using MixPrec.Compiler;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Writes the report of a plan that a lock file has, as a build from the lock file does: nothing is calibrated or timed.</summary>
internal sealed class ReportCommand : WorkerCommand
{
    private static readonly IReadOnlyDictionary<string, Func<CompilationResult, string>> s_formats =
        new Dictionary<string, Func<CompilationResult, string>>
        {
            ["html"] = result => HtmlReport.Format(result.Report),
            ["markdown"] = result => MarkdownReport.Format(result.Report),
            ["json"] = result => PlanSummary.Json(result, []),
        };

    private readonly Argument<string> modelFile;
    private readonly Option<string> lockFile;
    private readonly Option<string> planKey;
    private readonly Option<string> format;
    private readonly Option<string> outputFile;
    private readonly Option<bool> measure;
    private readonly Option<string> samples;
    private readonly Option<bool> json;

    public ReportCommand()
        : base("report", "write the report of a plan in the lock file", "mixprec report digits.onnx --format markdown --output comment.md")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        lockFile = AddOption<string>("--lock-file", "FILE", "the lock file [MODEL.mixprec.lock.json]");
        planKey = AddOption<string>("--plan-key", "KEY", "which plan, where the lock file has several for the model");
        format = AddOption<string>("--format", "NAME", "html, markdown or json [html]");
        format.CompletionSources.Add(_ => s_formats.Keys);
        outputFile = AddOption<string>("--output", "FILE", "the file to write [printed]");
        measure = AddFlag("--measure", "also the time of each step, on this machine: a lock file holds none");
        samples = AddOption<string>("--calibration-data", "PATH",
            "with --measure: samples that are timed with [made-up numbers, open dimensions 1]");
        json = AddFlag("--json", "the same as --format json");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string model = Path.GetFullPath(arguments.GetValue(modelFile)!);
        InputPath.RequireFile("The model", model, null);
        if (arguments.GetValue(json) && arguments.GetValue(format) is { } other and not "json")
        {
            throw new UsageException($"--json and --format {other} exclude each other.");
        }

        string name = arguments.GetValue(json) ? "json" : arguments.GetValue(format) ?? "html";
        var print = s_formats.GetValueOrDefault(name)
            ?? throw new UsageException($"--format {name} is not known: html, markdown or json.");
        string locked = Path.GetFullPath(arguments.GetValue(lockFile) ?? Path.ChangeExtension(model, ".mixprec.lock.json"));
        var target = arguments.GetValue(outputFile) is { } path
            ? new OutputFile("The report", path, DiagnosticCatalog.OutputUnwritable, null) : null;
        target?.Require();
        if (arguments.GetValue(samples) is not null && !arguments.GetValue(measure))
        {
            throw new UsageException($"{samples.Name} is for {measure.Name}.");
        }

        var options = OptionsOf(model, locked, arguments.GetValue(planKey));
        string text = print(ProgressDisplay.Run(output, TimeProvider.System, progress =>
        {
            var result = ModelCompiler.Build(options, () => Stream.Null, progress, cancellation);
            return !arguments.GetValue(measure) || result.Plan is null ? result : result with
            {
                Report = ModelCompiler.Timed(options, result,
                    arguments.GetValue(samples) is { } data ? Path.GetFullPath(data) : null, progress, cancellation),
            };
        }));
        if (target is null)
        {
            if (name == "json")
            {
                output.Write(true, () => text, () => text);
            }
            else
            {
                output.Out.Write(text);
            }
        }
        else
        {
            target.Write(file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        }

        return WorkerExitCode.Done;
    }

    /// <summary>Those that the plan was made for.</summary>
    private static CompilerOptions OptionsOf(string model, string lockFile, string? key)
    {
        InputPath.RequireFile("The lock file", lockFile, null);
        LockedPlan[] own = [.. LockFile.Read(lockFile).Plans.Where(p => p.Subject.ModelName == Path.GetFileName(model))];
        LockedPlan[] fitting = [.. own.Where(p => key is null || p.Subject.Key == key)];
        if (fitting is not [var plan])
        {
            throw new MixPrecException(DiagnosticCatalog.NoPlanToReport, lockFile, lockFile,
                fitting.Length > 0 ? Counted.Format(fitting.Length, "plan")
                    : key is null ? "no plan" : $"no plan {PrintableName.Format(key)}",
                PrintableName.Format(Path.GetFileName(model)),
                own.Length == 0 ? "mixprec plan makes one" : "choose one with --plan-key: "
                    + string.Join(", ", own.Select(p => p.Subject.Key).Order(StringComparer.Ordinal)));
        }

        var given = plan.Subject.Options.ToDictionary(o => o.Key, o => o.Value);
        var start = new CompilerOptions { Model = model, LockFile = lockFile,
            ClassName = CSharpIdentifier.FromFileName(Path.GetFileNameWithoutExtension(model)) };
        return OptionBinding.ReadAll(start, name => given.GetValueOrDefault(name) is { Length: > 0 } value ? value : null) with
        {
            Mode = BuildMode.Locked, LockFile = lockFile,
        };
    }
}
