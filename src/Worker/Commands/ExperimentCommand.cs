using System.Globalization;
using MixPrec.Compiler.Accumulation.Experiment;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Repeats an experiment of the documentation.</summary>
internal sealed class ExperimentCommand : Command
{
    private const string Accumulation = "accumulation";
    private static readonly CommandOption Models = new("--models", "DIR", "the folder of the networks, each NAME/model.onnx; ../shared/models unless given");
    private static readonly CommandOption Data = new("--data", "DIR", "the folder of their samples; ../shared/data unless given");
    private static readonly CommandOption Out = new("--out", "DIR", "where tables (.csv) and plots (.svg) go; docs/experiments unless given");
    private static readonly CommandOption Images = new("--images", "N", "test images for a network of three layers, half as many for five, a tenth for convolutions; 2000 unless given");

    public override string Name => "experiment";

    public override string Summary => "repeat an experiment of the documentation";

    public override string Positional => Accumulation;

    public override IReadOnlyList<CommandOption> Options => [Models, Data, Out, Images];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        if (arguments.Positional is not [Accumulation])
        {
            throw new UsageException($"the name of an experiment is expected: {Accumulation}.");
        }

        int images = int.TryParse(arguments[Images.Name] ?? "2000", NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0
            ? given : throw new UsageException($"{Images.Name} takes a positive number.");
        var run = new AccumulationExperiment(arguments[Models.Name] ?? "../shared/models", arguments[Data.Name] ?? "../shared/data", images);
        string folder = Directory.CreateDirectory(arguments[Out.Name] ?? "docs/experiments").FullName;
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
            table.Add([network, estimate, .. new[] { fit.Correlation, fit.Low, fit.Median, fit.High }.Select(x => x.ToString("F3", CultureInfo.InvariantCulture))]);
        }

        output.Out.Write(table.ToString());
        return ExitCode.Done;
    }
}
