using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Builds of the small network, of three parts, with times that a test makes up.</summary>
public abstract class TabledBuild : SmallNetworkBuild
{
    /// <summary>Nanoseconds of each part in fp32.</summary>
    protected const double Part = 1000;

    private protected static TimingMachine Elsewhere { get; } =
        new("Another CPU", "avx2", 64, ".NET 9", TimingMachine.OwnPackage, 1);

    protected string TablePath => Path.ChangeExtension(Net.LockFile, ".timings.json");

    /// <summary>A budget that allows everything.</summary>
    private protected CompilerOptions Options => Net.Options with
    {
        Objective = Objective.Time, ErrorBudget = 1, TimingTable = TablePath, Mode = BuildMode.Update,
    };

    /// <param name="time">Of a candidate of a part, as a share of <see cref="Part"/>.</param>
    private protected void WriteTable(Func<int, PrecisionConfig, double> time, TimingMachine? machine = null,
        IReadOnlyList<PrecisionConfig>? precisions = null)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Net.Options.Model, DimensionBindings.None, ConstantBindings.None).Graph);
        var sizes = graph.Symbols.ToDictionary(s => s.Identifier, _ => 1L);
        var parts = SequentialPartition.Partition(graph).Where(s => s.Quantizable.Count > 0).Select((s, i) => new PartTimes([i],
            [.. s.Quantizable.Select(n => n.Name)],
            [.. (precisions ?? PrecisionConfig.All).Select(p => KeyValuePair.Create(p.Id, new Measurement(time(i, p) * Part, 0, 31)))]));
        var network = new NetworkTimes(Path.GetFileName(Net.Options.Model), NetworkTimes.Named(graph, sizes),
            [new(PrecisionConfig.F32, new(3 * Part, 0, 31))], [.. parts]);
        File.WriteAllText(TablePath, TimingFileWriter.Format(new(machine ?? Elsewhere,
            new Dictionary<string, NetworkTimes> { [NetworkTimes.KeyOf(graph, sizes)] = network })));
    }

    /// <summary>What i8 of each layer alone is predicted to change the loss by.</summary>
    private protected double[] PredictedErrors() => [.. SmallNetwork.Layers.Select(name => Build(Options with
    {
        Pin = [.. SmallNetwork.Layers.Select(l => KeyValuePair.Create(l, l == name ? PrecisionConfig.I8 : PrecisionConfig.F32))],
    }).Report.PredictedError)];
}
