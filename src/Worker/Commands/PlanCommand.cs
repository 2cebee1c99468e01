using System.Globalization;
using System.Text.RegularExpressions;
using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using MixPrec.Tasks.Models;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using MixPrec.Worker.Failures;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Commands;

/// <summary>
/// Calibrates a model and writes its lock file, as a build in mode Update does. Its options are the metadata of <c>MixedPrecisionModel</c> in
/// lower case with dashes: <c>ErrorBudget</c> is <c>--error-budget</c>.
/// </summary>
internal sealed partial class PlanCommand : Command
{
    private static readonly CommandOption Output = new("--output", "DIR", "also write plan, weights and report there");
    private static readonly IReadOnlyList<(MetadataRule Rule, CommandOption Option)> Metadata =
    [
        .. ModelMetadata.Rules.Select(rule => (rule, new CommandOption(OptionName(rule.Name), "VALUE", rule.Expected == "text" ? $"as the metadata {rule.Name}" : rule.Expected))),
    ];

    private static readonly IReadOnlyList<string> PathMetadata = ["CalibrationData", "ValidationData", "LockFile"];

    public override string Name => "plan";

    public override string Summary => "calibrate a model, choose precisions and write the lock file";

    public override string Positional => "MODEL";

    public override IReadOnlyList<CommandOption> Options => [.. Metadata.Select(row => row.Option), Output];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        var job = JobOf(arguments);
        CompilationResult result;
        using (var progress = new ProgressDisplay(output))
        {
            result = ModelCompiler.Build(JobOptions.From(job), progress, cancellation);
        }

        foreach (var diagnostic in result.Diagnostics)
        {
            Failure.Print(CompilationFiles.LineOf(diagnostic), output.Error);
        }

        if (job["OutputDirectory"] is { } directory)
        {
            using var files = new ResultFiles(directory, job.Required("ClassName"));
            CompilationFiles.Write(result, files);
            files.Publish();
        }

        if (result.Plan is null)
        {
            return ExitCode.Error;
        }

        output.Out.Write(Table(result.Plan));
        return ExitCode.Done;
    }

    /// <summary>The job a build in mode Update would run; relative paths are relative to the current folder.</summary>
    internal static JobFile JobOf(ParsedArguments arguments)
    {
        string model = arguments.SinglePath("MODEL");
        if (!File.Exists(model))
        {
            throw new MixPrecException(DiagnosticCatalog.FileNotFound, null, "The model", model);
        }

        var values = new Dictionary<string, string> { ["Model"] = model, ["Mode"] = "Update", ["ClassName"] = CSharpIdentifier.FromFileName(Path.GetFileNameWithoutExtension(model)) };
        foreach (var (rule, option) in Metadata.Where(row => arguments.Has(row.Option.Name)))
        {
            string value = arguments[option.Name]!;
            values[rule.Name] = PathMetadata.Contains(rule.Name) && value.Length > 0 ? Path.GetFullPath(value) : value;
        }

        if (arguments[Output.Name] is { } directory)
        {
            values["OutputDirectory"] = Path.GetFullPath(directory);
        }

        return new JobFile(values);
    }

    /// <summary><c>MinTop1Agreement</c> → <c>--min-top1-agreement</c>.</summary>
    private static string OptionName(string metadata) => "--" + WordStart().Replace(metadata, "-$0").ToLowerInvariant();

    private static string Table(ModelPlan plan)
    {
        var table = new TextTable("layer", "operator", "precision", "accumulator", "share of loss error", "time gain µs") { Numbers = [4, 5] };
        foreach (var layer in plan.Info.Layers)
        {
            table.Add(
                PrintableName.Of(layer.Name), layer.Operator, layer.Precision, layer.Accumulator,
                layer.ShareOfLossError.ToString("P1", CultureInfo.InvariantCulture), layer.TimeGainMicroseconds.ToString("F2", CultureInfo.InvariantCulture));
        }

        var info = plan.Info;
        return string.Create(CultureInfo.InvariantCulture, $"""
            {table}
            relative loss error ({info.Loss}, budget {info.ErrorBudget}): predicted {info.PredictedLossError:F4}, measured {info.MeasuredLossError:F4}
            microseconds of one run on {info.Machine}: predicted {info.PredictedMicroseconds:F1}, measured {info.MeasuredMicroseconds:F1}, fp32 {info.Float32Microseconds:F1}

            """);
    }

    [GeneratedRegex("(?<=.)[A-Z]")]
    private static partial Regex WordStart();
}
