using System.CommandLine;
using MixPrec.Compiler;
using MixPrec.Compiler.Options;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using MixPrec.Worker.Failures;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Commands;

/// <summary>
/// Calibrates a model and writes its lock file, as a build in mode Update does. Its options are the metadata of
/// <c>MixedPrecisionModel</c>.
/// </summary>
internal sealed class PlanCommand : WorkerCommand
{
    /// <summary>No plan depends on them.</summary>
    private static readonly string[] s_ofTheClass = ["--namespace", "--access"];

    private readonly Argument<string> modelFile;
    private readonly JobArguments job;
    private readonly Option<string> outputFolder;
    private readonly Option<bool> curve;
    private readonly Option<bool> csv;
    private readonly Option<bool> json;

    public PlanCommand()
        : base(
            "plan", "calibrate a model, choose precisions and write them into the lock file, in place of a plan that is there",
            "mixprec plan digits.onnx --calibration-data train.npz --error-budget 0.02")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        job = new(this, ModelMetadata.Rows, [BuildProperty.MaxThreads, BuildProperty.TimingSeconds]);
        outputFolder = AddOption<string>("--output", "DIR", "also write plan, weights and report there");
        curve = AddFlag("--curve",
            "also measure plans for other budgets, for each objective, and for the baselines prefix and random: error, time, bytes");
        csv = AddFlag("--csv", "with --curve: the curve as CSV, and nothing else");
        json = AddFlag("--json", "one JSON object");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        if (arguments.GetValue(csv) && !arguments.GetValue(curve))
        {
            throw new UsageException("--csv prints a curve: add --curve.");
        }

        if (arguments.GetValue(csv) && arguments.GetValue(json))
        {
            throw new UsageException("--csv and --json exclude each other: the JSON has the curve.");
        }

        if (arguments.GetValue(outputFolder) is null
            && Options.FirstOrDefault(o => s_ofTheClass.Contains(o.Name) && IsGiven(arguments, o)) is { } odd)
        {
            throw new UsageException($"{odd.Name} is about the class, which only --output writes.");
        }

        var options = JobOptions.From(JobOf(arguments)) with { WithCurve = arguments.GetValue(curve) };
        TargetMachine.Enter(options.TargetIsa);
        string? directory = options.OutputDirectory;
        using var files = directory is null ? null : ResultFiles.In(directory, options.ClassName,
            () => output.Error.WriteLine($"mixprec: waiting for another command that writes to {directory}"), cancellation);
        var result = ProgressDisplay.Run(
            output, TimeProvider.System, progress =>
                ModelCompiler.Build(options, () => files?.Create(ResultFileNames.Weights) ?? Stream.Null, progress, cancellation));
        var written = result.Plan is null || result.Lock is null ? new List<string>() : [options.LockFile];
        if (files is not null)
        {
            CompilationFiles.Write(result, files, options);
            files.Publish();
            written.Add(Path.Combine(directory!, options.ClassName + ResultFileNames.Report));
        }

        output.Write(arguments.GetValue(json), () => PlanSummary.Json(result, written),
            () => arguments.GetValue(csv) ? CurveText.Csv(result.Report.Curve) : PlanSummary.Text(result, written, output));
        foreach (var diagnostic in result.Diagnostics)
        {
            Failure.Print(Failure.LineOf(diagnostic), output.Error);
        }

        return result.Plan is null ? WorkerExitCode.Error : WorkerExitCode.Done;
    }

    /// <summary>The job a build in mode Update would run; relative paths are relative to the current folder.</summary>
    internal JobFile JobOf(ParseResult arguments) =>
        job.Read(arguments, arguments.GetValue(modelFile)!, arguments.GetValue(outputFolder));
}
