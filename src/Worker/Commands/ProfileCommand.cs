using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Timing;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Commands;

/// <summary>Times everything that a plan may be made of, on this machine, and writes a timing table.</summary>
internal sealed class ProfileCommand : WorkerCommand
{
    /// <summary>The metadata that say what is timed; the others say what is chosen.</summary>
    private static readonly string[] s_metadata =
        ["CalibrationData", "Precisions", "KeepFloat", "Pin", "TargetIsa", "Threads", "Dimensions", "Constants", "State", "Cache"];

    private readonly Argument<string> modelFile;
    private readonly JobArguments job;
    private readonly Option<string> table;
    private readonly Option<bool> json;

    public ProfileCommand()
        : base("profile", "time a model on this machine and write a timing table, for builds that measure nothing",
            "mixprec profile digits.onnx --calibration-data train.npz --output times/server.mixprec-timings.json")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        job = new(this, ModelMetadata.Rows.Where(row => s_metadata.Contains(row.Name)).Select(row => row.Name != "CalibrationData" ? row
            : row with { CommandDefault = "made-up numbers, open dimensions 1" }),
            [BuildProperty.MaxThreads, BuildProperty.TimingSeconds]);
        table = AddOption<string>("--output", "FILE",
            $"the table; times of other models in it stay [CPU{TimingFile.Extension} in the current folder]");
        json = AddFlag("--json", "one JSON object");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        var options = JobOptions.From(job.Read(arguments, arguments.GetValue(modelFile)!));
        TargetMachine.Enter(options.TargetIsa);
        TargetMachine.Require(options);
        var machine = TimingMachine.Current(options.Threads);
        string path = Path.GetFullPath(arguments.GetValue(table) ?? TimingFile.NameFor(machine));
        TimingFile.At(path).Require();
        _ = File.Exists(path) ? TimingFile.Read(path).RequireSame(path, machine) : null;
        var profile = ProgressDisplay.Run(output, TimeProvider.System, progress => ModelCompiler.Profile(options, progress, cancellation));
        TimingFile.Put(path, machine, profile.Key, profile.Times, cancellation);
        output.Write(arguments.GetValue(json), () => Json(machine, profile, path), () => Text(machine, profile, path, output));
        return WorkerExitCode.Done;
    }

    private static string Text(TimingMachine machine, Profile profile, string path, CommandOutput output)
    {
        var table = new TextTable("every layer in", "time", "spread", "sum of its parts") { Numbers = [1, 2, 3] };
        foreach (var (whole, parts) in profile.Times.Whole.Zip(profile.FromParts))
        {
            table.Add(whole.Precision.Id, ReportText.Nanoseconds(whole.Time.Nanoseconds), ReportText.Percent(whole.Time.RelativeSpread),
                double.IsFinite(parts) ? ReportText.Nanoseconds(parts) : "not timed");
        }

        var text = new StringBuilder(table.For(output)).Append('\n');
        var parted = profile.Times.Parts;
        foreach (var (title, line) in new[]
        {
            ("machine", $"{machine.Cpu}, {machine.InstructionSet}, {Counted.Format(machine.Cores, "core")}, {machine.Runtime}, "
                + Counted.Format(machine.Threads, "thread")),
            ("sizes", NetworkTimes.WordsOf(profile.Times.Sizes)),
            ("parts", FormattableString.Invariant($"{parted.Sum(p => p.Places.Count)}, of which {parted.Count} are different; ")
                + Counted.Format(parted.Sum(p => p.Configurations.Count), "configuration")),
            ("written", Path.GetRelativePath(Environment.CurrentDirectory, path)),
        })
        {
            text.Append(title.PadRight(12)).Append(line).Append('\n');
        }

        return text.Append(profile.PartsAgree ? ""
            : "\nThe parts, timed one by one in fp32, do not add up to the whole: plans made with these times may not be the best. "
                + "Measure again on a machine that does nothing else.\n")
            .ToString();
    }

    private static string Json(TimingMachine machine, Profile profile, string path) => JsonSerializer.Serialize(new
    {
        machine = machine.Cpu,
        instructionSet = machine.InstructionSet,
        network = profile.Key,
        whole = profile.Times.Whole.Zip(profile.FromParts, (w, parts) => new
        {
            precision = w.Precision.Id,
            nanoseconds = w.Time.Nanoseconds,
            spread = w.Time.Spread,
            rounds = w.Time.Rounds,
            sumOfParts = double.IsFinite(parts) ? parts : (double?)null,
        }),
        parts = profile.Times.Parts.Sum(p => p.Places.Count),
        configurations = profile.Times.Parts.Sum(p => p.Configurations.Count),
        partsAgree = profile.PartsAgree,
        written = path,
    }) + "\n";
}
