using MixPrec.Compiler;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using MixPrec.Worker.Failures;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Commands;

/// <summary>Calibrates a model and writes its lock file, as a build in mode Update does. Its options are the metadata of <c>MixedPrecisionModel</c>.</summary>
internal sealed class PlanCommand : Command
{
    private static readonly CommandOption Output = new("--output", "DIR", "also write plan, weights and report there");
    private static readonly CommandOption TimingSeconds = new("--timing-seconds", "NUMBER", "how long timing every configuration may take; 60 unless given");
    private static readonly CommandOption Json = new("--json", null, "one JSON object");

    public override string Name => "plan";

    public override string Summary => "calibrate a model, choose precisions and write the lock file";

    public override string Positional => "MODEL --calibration-data PATH";

    public override IReadOnlyList<CommandOption> Options => [.. PlanOptions.All.Select(row => row.Option), TimingSeconds, Output, Json];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        var job = JobOf(arguments);
        var options = JobOptions.From(job);
        string? directory = job["OutputDirectory"];
        using var files = directory is null ? null : new ResultFiles(directory, options.ClassName);
        CompilationResult result;
        using (var progress = new ProgressDisplay(output, TimeProvider.System))
        {
            result = ModelCompiler.Build(options, () => files?.Create(ResultFileNames.Weights) ?? Stream.Null, progress, cancellation);
        }

        var written = result.Plan is null || result.Lock is null ? new List<string>() : [options.LockFile];
        if (files is not null)
        {
            CompilationFiles.Write(result, files, options);
            files.Publish();
            written.Add(Path.Combine(directory!, options.ClassName + ResultFileNames.Report));
        }

        output.Out.Write(arguments.Has(Json.Name) ? PlanSummary.Json(result, written) : PlanSummary.Text(result, written, output.Width));
        foreach (var diagnostic in result.Diagnostics)
        {
            Failure.Print(CompilationFiles.LineOf(diagnostic), output.Error);
        }

        return result.Plan is null ? WorkerExitCode.Error : WorkerExitCode.Done;
    }

    /// <summary>The job a build in mode Update would run; relative paths are relative to the current folder.</summary>
    internal static JobFile JobOf(ParsedArguments arguments)
    {
        string model = arguments.SinglePath("MODEL");
        if (!File.Exists(model))
        {
            throw new MixPrecException(DiagnosticCatalog.FileNotFound, null, "The model", model);
        }

        var values = new Dictionary<string, string> { [JobFile.Model] = model, [BuildProperty.Mode.JobName] = "Update", ["ClassName"] = CSharpIdentifier.FromFileName(Path.GetFileNameWithoutExtension(model)) };
        foreach (var (row, option) in PlanOptions.All.Where(one => arguments.Has(one.Option.Name)))
        {
            string value = arguments[option.Name]!;
            values[row.Name] = row.Rule.IsPath && value.Length > 0 ? Path.GetFullPath(value) : value;
        }

        if (arguments[Output.Name] is { } directory)
        {
            values[JobFile.OutputDirectory] = Path.GetFullPath(directory);
        }

        if (arguments[TimingSeconds.Name] is { } seconds)
        {
            var property = BuildProperty.TimingSeconds;
            values[property.JobName] = property.Rule.Parse(seconds) ?? throw new UsageException($"{TimingSeconds.Name} \"{seconds}\" is not valid: expected {property.Rule.Expected}.");
        }

        return new JobFile(values);
    }
}
