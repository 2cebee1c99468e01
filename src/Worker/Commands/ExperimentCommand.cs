using System.Globalization;
using MixPrec.Compiler.Accumulation.Experiment;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Repeats an experiment of the documentation.</summary>
internal sealed class ExperimentCommand : Command
{
    private const string Accumulation = "accumulation", TwoPass = "two-pass", Attention = "attention";
    private static readonly CommandOption Models = new("--models", "DIR", "the folder of the networks, each NAME/model.onnx; ../shared/models unless given");
    private static readonly CommandOption Data = new("--data", "DIR", "the folder of their samples; ../shared/data unless given");
    private static readonly CommandOption Out = new("--out", "DIR", "where tables (.csv) and plots (.svg) go; docs/experiments unless given");
    private static readonly CommandOption Images = new("--images", "N", "test images (accumulation: for a network of three layers, half as many for five, a tenth for convolutions); 2000 unless given");
    private static readonly CommandOption Windows = new("--windows", "N", "test windows of text (attention); 32 unless given");

    public override string Name => "experiment";

    public override string Summary => "repeat an experiment of the documentation";

    public override string Positional => $"{Accumulation}|{TwoPass}|{Attention}";

    public override IReadOnlyList<CommandOption> Options => [Models, Data, Out, Images, Windows];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        if (arguments.Positional is not [Accumulation or TwoPass or Attention])
        {
            throw new UsageException($"the name of an experiment is expected: {Accumulation}, {TwoPass} or {Attention}.");
        }

        int images = Count(arguments, Images, 2000), windows = Count(arguments, Windows, 32);
        var (models, data) = (arguments[Models.Name] ?? "../shared/models", arguments[Data.Name] ?? "../shared/data");
        string folder = Directory.CreateDirectory(arguments[Out.Name] ?? "docs/experiments").FullName;
        var table = arguments.Positional[0] switch
        {
            Accumulation => Accumulate(new AccumulationExperiment(models, data, images), folder, output, cancellation),
            TwoPass => InTwoPasses(new TwoPassExperiment(models, data, images), folder, output, cancellation),
            _ => Attend(new AttentionExperiment(models, data, windows), folder, output, cancellation),
        };
        output.Out.Write(table.ToString());
        return WorkerExitCode.Done;
    }

    private static int Count(ParsedArguments arguments, CommandOption option, int otherwise) =>
        arguments[option.Name] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0 ? given
        : throw new UsageException($"{option.Name} takes a positive number.");

    private static TextTable Accumulate(AccumulationExperiment run, string folder, CommandOutput output, CancellationToken cancellation)
    {
        foreach (string name in run.Names)
        {
            cancellation.ThrowIfCancellationRequested();
            output.Error.WriteLine(name);
            run.Add(name);
            run.Write(folder);
        }

        var table = new TextTable("network", "fit", "log-log correlation", "predicted/measured: 10 %", "50 %", "90 %") { Numbers = [2, 3, 4, 5], Width = output.Width };
        foreach (var (network, estimate, fit) in run.Fits)
        {
            table.Add([network, estimate, .. new[] { fit.Correlation, fit.Low, fit.Median, fit.High }.Select(x => Number(x, "F3"))]);
        }

        return table;
    }

    private static TextTable InTwoPasses(TwoPassExperiment run, string folder, CommandOutput output, CancellationToken cancellation)
    {
        foreach (string name in run.Names)
        {
            cancellation.ThrowIfCancellationRequested();
            output.Error.WriteLine(name);
            run.Add(name, cancellation);
            run.Write(folder);
        }

        var table = new TextTable("network", "budget", "fp32 µs", "one pass", "error", "µs", "two passes too", "error", "µs", "ratio", "again") { Numbers = [1, 2, 4, 5, 7, 8, 9, 10], Width = output.Width };
        foreach (var o in run.Outcomes)
        {
            table.Add(
                o.Network, Number(o.Budget, "0.####"), Number(o.Float32Microseconds, "F1"), o.Without.Precisions, Number(o.Without.Error, "0.#####"), Number(o.Without.Microseconds, "F1"),
                o.With.Precisions, Number(o.With.Error, "0.#####"), Number(o.With.Microseconds, "F1"), Number(o.Ratio, "F2"), double.IsNaN(o.Recomputed) ? "" : Number(o.Recomputed, "P0"));
        }

        return table;
    }

    private static TextTable Attend(AttentionExperiment run, string folder, CommandOutput output, CancellationToken cancellation)
    {
        foreach (var part in AttentionPart.All)
        {
            output.Error.WriteLine(part.Name);
            run.Add(part, cancellation);
            run.Write(folder);
        }

        var table = new TextTable("products", "scheme", "numerator", "tolerance", "agreement", "accuracy", "cross entropy", "divergence", "again", "cost") { Numbers = [3, 4, 5, 6, 7, 8, 9], Width = output.Width };
        foreach (var o in run.Outcomes)
        {
            var p = o.Predictions;
            table.Add(
                o.Part.Name, o.Scheme, o.Rule?.Numerator.ToString() ?? "", o.Rule is { } rule ? Number(rule.Tolerance, "0.####") : "", Number(p.Agreement, "P2"), Number(p.Accuracy, "P2"),
                Number(p.CrossEntropy, "F4"), Number(p.Divergence, "0.0E0"), Number(o.Recomputed, "P1"), Number(o.Cost, "F2"));
        }

        return table;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
