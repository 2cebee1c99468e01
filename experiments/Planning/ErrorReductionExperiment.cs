using System.Diagnostics;
using System.Globalization;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Experiments.Sensitivity;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// The loss error of uniform i8 and i8a7 as emitted classes measure it on samples that nothing was fitted to, with each step that lowers
/// it alone, with all, and with all but one.
/// </summary>
/// <param name="networks">Those of <see cref="All"/> that are wanted; empty for all.</param>
/// <param name="steps">The rows that are wanted, in the words of the table; empty for all.</param>
/// <param name="printsLayers">Whether the layers with the largest errors are printed as well.</param>
internal sealed class ErrorReductionExperiment(string models, string data, int calibration, int test, IReadOnlyCollection<string> networks,
    IReadOnlyCollection<string> steps, bool printsLayers)
{
    private const int MostLayers = 25;

    /// <summary>Samples that are made of the inputs that come with a network which there are no data for.</summary>
    private const int Made = 32;

    private readonly List<string> _rows = [];

    public static IReadOnlyList<string> All { get; } =
        ["resnet20-cifar10", "squeezenet1.1", "fashion-mnist-cnn", "kwt1", "ultraface-rfb-320"];

    public IReadOnlyList<string> Names => [.. All.Where(n => networks.Count == 0 || networks.Contains(n))];

    private static ReductionSteps[] Steps =>
    [
        ReductionSteps.None, ReductionSteps.Channels, ReductionSteps.Inputs, ReductionSteps.Ranges, ReductionSteps.Rounding,
        ReductionSteps.Bias, ReductionSteps.All & ~ReductionSteps.Inputs,
        ReductionSteps.All & ~ReductionSteps.Channels, ReductionSteps.All & ~ReductionSteps.Ranges,
        ReductionSteps.All & ~ReductionSteps.Rounding, ReductionSteps.All & ~ReductionSteps.Bias, ReductionSteps.All,
    ];

    /// <param name="written">Called after each row.</param>
    public void Add(string name, Action written)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Path.Combine(models, name, "model.onnx"), DimensionBindings.None).Graph);
        var network = new MeasuredErrors(graph, g => Samples(name, g));
        PrecisionAssignment[] uniform = [.. new[] { PrecisionConfig.I8, PrecisionConfig.I8A7 }
            .Select(p => Candidates.AsFarAsOffered(graph, p))];
        foreach (var step in Steps.Where(s => steps.Count == 0 || steps.Contains(Words(s))))
        {
            long start = Stopwatch.GetTimestamp();
            var (scaled, ranges) = network.Reduced(step);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var measured = network.Measure(uniform, ranges, scaled);
            _rows.Add(string.Create(CultureInfo.InvariantCulture,
                $"{name},{Words(step)},{Math.Sqrt(measured[0].Others):F5},{Math.Sqrt(measured[1].Others):F5},{ranges.Roundings.Count},{ranges.BiasCorrections.Count},{seconds:F1}"));
            Console.Error.WriteLine(_rows[^1]);
            written();
            if (printsLayers)
            {
                foreach (var (layer, error) in network.ErrorsOfLayers(scaled, ranges).Take(MostLayers))
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {error:F5} {layer.Name} {layer.Op.Kind} {layer.Input(0)}"));
                }
            }
        }
    }

    public void Write(string folder) => ResultFile.Merge(Path.Combine(folder, "error-reduction.csv"),
        "network,steps,i8,i8a7,layers rounded,layers corrected,seconds", _rows, key: 2);

    private static string Words(ReductionSteps steps) => steps == ReductionSteps.All ? "all" : steps.ToString().Replace(", ", "+", StringComparison.Ordinal).ToLowerInvariant();

    private (SampleSet Calibration, SampleSet Test) Samples(string name, Graph graph)
    {
        string? set = name switch
        {
            "resnet20-cifar10" => "cifar10",
            "squeezenet1.1" => "imagenet-sample",
            "fashion-mnist-cnn" => "fashion-mnist-image",
            _ => null,
        };
        SampleSet Read(string part, int most) => SampleSetReader.Read(Path.Combine(data, $"{set}-{part}.npz"), graph, null) is var all
            ? all.Slice(0, Math.Min(most, all.Count)) : throw new InvalidOperationException();
        return set is null ? Make(Path.Combine(models, name), graph).Split() : (Read("calibration", calibration), Read("test", test));
    }

    /// <summary>The inputs of the test sets times gains of ½ to 1½ from a fixed seed.</summary>
    private static SampleSet Make(string folder, Graph graph)
    {
        var (sets, random, input) = (OnnxTestCase.ReadSets(folder), new Random(17), graph.Inputs[0]);
        long[] shape = [Made, .. input.Shape.Skip(1).Select(d => (long)d.Value)];
        float[] elements = [.. Enumerable.Range(0, Made).SelectMany(s =>
        {
            float gain = 0.5f + random.NextSingle();
            return sets[s % sets.Count].Inputs[0].Span<float>().ToArray().Select(v => v * gain);
        })];
        long[] stacked = input.Shape[0].IsConstant ? [Made, 1, .. shape[1..]] : shape;
        return new SampleSet(new Dictionary<string, Tensor> { [input.Name] = Tensor.Create(elements, stacked) }, null, null, Made);
    }
}
