using MixPrec.Compiler;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Plan;

namespace MixPrec.Experiments.Strategies;

/// <summary>A network of the experiment with its samples.</summary>
/// <param name="Samples">To plan with, and to measure plans on.</param>
internal sealed record StrategyCase(string Name, CompilerOptions Options, Network Network, PlanningSamples Samples)
{
    /// <summary>Sentences that are made up, and their length.</summary>
    private const int Sentences = 160, Tokens = 24;

    /// <summary>Ids of ordinary words in the vocabulary of BERT, and of what stands before and behind a sentence.</summary>
    private const int FirstWord = 1996, LastWord = 20000, Start = 101, End = 102;

    public static IReadOnlyList<string> Names { get; } =
        ["fashion-mnist-mlp3-relu", "fashion-mnist-cnn", "resnet20-cifar10", "shakespeare-gpt", "minilm-sentence", "resnet18-features"];

    /// <param name="models">The folder of the networks that have data of their own.</param>
    /// <param name="published">The folder that <c>benchmarks/published.sh</c> fills.</param>
    /// <param name="calibration">Most samples to plan with.</param>
    /// <param name="test">Most samples to measure on.</param>
    /// <returns>Null, and a line that says why, where the network is not there.</returns>
    public static StrategyCase? Read(string name, string models, string data, string published, int calibration, int test)
    {
        bool isPublished = name is "minilm-sentence" or "resnet18-features";
        string model = Path.Combine(isPublished ? Path.Combine(published, "cases") : models, name, "model.onnx");
        if (!File.Exists(model))
        {
            Console.Error.WriteLine($"{name} is skipped: there is no {model}"
                + (isPublished ? $"; benchmarks/published.sh {published} fetches it" : ""));
            return null;
        }

        string? set = name switch
        {
            "fashion-mnist-mlp3-relu" => "fashion-mnist",
            "fashion-mnist-cnn" => "fashion-mnist-image",
            "resnet20-cifar10" => "cifar10",
            "shakespeare-gpt" => "shakespeare",
            "resnet18-features" or "squeezenet1.1" => "imagenet-sample",
            _ => null,
        };
        var options = new CompilerOptions
        {
            Model = model, ClassName = "Net", ErrorBudget = 0.02, LockFile = "", Objective = Objective.Time, WithCurve = true,
            CalibrationData = set is null ? model : Path.Combine(data, $"{set}-calibration.npz"),
            ValidationData = set is null ? model : Path.Combine(data, $"{set}-test.npz"),
            Loss = name == "shakespeare-gpt" ? LossKind.NextToken : null,
        };
        var network = Network.Rewrite(options, OnnxModelReader.Read(model, options.Dimensions, options.Constants));
        var samples = name switch
        {
            "kwt1" => PlanningSamples.Read(options with
            {
                CalibrationData = Path.Combine(data, "speech-segments.npz"), ValidationData = null,
            }, network.Graph),
            "ultraface-rfb-320" => Scaled(Pictures(options, models, data), network.Graph),
            "resnet18-features" => Renamed(Pictures(options, models, data), network.Graph),
            _ => set is null ? Made(network.Graph) : PlanningSamples.Read(options, network.Graph),
        };
        return new(name, options, network, samples with
        {
            Calibration = First(samples.Calibration, calibration), HeldOut = First(samples.HeldOut, test),
        });
    }

    private static SampleSet First(SampleSet samples, int most) => samples.Slice(0, Math.Min(most, samples.Count));

    /// <summary>The pictures for squeezenet, [samples, 3, 224, 224] of 0 to 255: to plan with, and others.</summary>
    private static (Tensor Calibration, Tensor HeldOut) Pictures(CompilerOptions options, string models, string data)
    {
        var graph = Network.Rewrite(options, OnnxModelReader.Read(Path.Combine(models, "squeezenet1.1", "model.onnx"), options.Dimensions,
            options.Constants)).Graph;
        Tensor Of(string part) => SampleSetReader.Read(Path.Combine(data, $"imagenet-sample-{part}.npz"), graph, null)
            .Inputs[graph.Inputs[0].Name];
        return (Of("calibration"), Of("test"));
    }

    /// <summary>They are made ready in the same way; what the features are worth nobody has labelled.</summary>
    private static PlanningSamples Renamed((Tensor Calibration, Tensor HeldOut) pictures, Graph graph) =>
        WithoutLabels(graph, Named(graph, pictures.Calibration), Named(graph, pictures.HeldOut));

    /// <summary>Scaled to the size that the network takes, to the nearest pixel, and to about −1 to 1.</summary>
    private static PlanningSamples Scaled((Tensor Calibration, Tensor HeldOut) pictures, Graph graph)
    {
        const float Middle = 127, Unit = 128;
        long[] size = [.. graph.Inputs[0].Shape.Skip(1).Select(d => d.Value)];
        SampleSet Of(Tensor from)
        {
            var (height, width) = (from.Shape[2], from.Shape[3]);
            float[] elements = new float[from.Shape[0] * Tensor.Count(size)];
            for (int i = 0; i < elements.Length; i++)
            {
                long x = i % size[2], y = i / size[2] % size[1], plane = i / size[2] / size[1];
                elements[i] = (from.Span<float>()[(int)((((plane * height) + (y * height / size[1])) * width) + (x * width / size[2]))]
                    - Middle) / Unit;
            }

            return Named(graph, Tensor.Create(elements, [from.Shape[0], 1, .. size]));
        }

        return WithoutLabels(graph, Of(pictures.Calibration), Of(pictures.HeldOut));
    }

    private static SampleSet Named(Graph graph, Tensor samples) =>
        new(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = samples }, null, null, checked((int)samples.Shape[0]));

    /// <summary>Words drawn from a fixed seed between the marks of a sentence.</summary>
    private static PlanningSamples Made(Graph graph)
    {
        var random = new Random(11);
        long[] ids = [.. Enumerable.Range(0, Sentences * Tokens).Select(i => i % Tokens == 0 ? (long)Start
            : i % Tokens == Tokens - 1 ? End : random.Next(FirstWord, LastWord))];
        var inputs = graph.Inputs.ToDictionary(i => i.Name, i => Tensor.Create(i.Name switch
        {
            "input_ids" => ids,
            "attention_mask" => [.. ids.Select(_ => 1L)],
            _ => new long[ids.Length],
        }, Sentences, Tokens));
        var (calibration, held) = new SampleSet(inputs, null, null, Sentences).Split();
        return WithoutLabels(graph, calibration, held);
    }

    private static PlanningSamples WithoutLabels(Graph graph, SampleSet calibration, SampleSet held) =>
        new(calibration, held, [], ChosenLoss.Choose(null, false, graph, calibration), []);
}
