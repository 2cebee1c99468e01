using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;

namespace MixPrec.Experiments;

/// <summary>A network of the experiment with its samples.</summary>
internal sealed class ExperimentCase
{
    private const int CalibrationSamples = 64;

    /// <summary>An image takes 36 million multiply-adds in the convolutional network, 0.7 and 2 million in the others.</summary>
    private const int ConvolutionShare = 10;

    private ExperimentCase(string name, Graph graph, SampleSet calibration, SampleSet test)
    {
        (Name, Graph, CalibrationSet, Test) = (name, graph, calibration, test);
        Executor = new TorchExecutor(graph);
    }

    /// <summary>The networks of the paper (3 and 5 layers, ReLU and tanh, two data sets) and a convolutional one.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. from data in new[] { "mnist", "fashion-mnist" } from depth in new[] { 3, 5 } from activation in new[] { "relu", "tanh" }
            select $"{data}-mlp{depth}-{activation}",
        "fashion-mnist-cnn",
    ];

    public string Name { get; }

    public Graph Graph { get; }

    public TorchExecutor Executor { get; }

    public SampleSet CalibrationSet { get; }

    public SampleSet Test { get; }

    /// <summary>A few calibration samples in one run.</summary>
    public Batch Calibration => Batch.Split(Graph, CalibrationSet, CalibrationSamples).First();

    private bool IsConvolutional => Graph.Nodes.Any(n => n.Op is Conv);

    /// <exception cref="MixPrecException">A file is missing or damaged.</exception>
    public static ExperimentCase Read(string name, string models, string data)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Path.Combine(models, name, "model.onnx"), DimensionBindings.None).Graph);
        string set = name[..name.LastIndexOf(name.Contains("-mlp", StringComparison.Ordinal) ? "-mlp" : "-cnn", StringComparison.Ordinal)]
            + (graph.Inputs[0].Rank == 4 ? "-image" : "");
        return new ExperimentCase(name, graph, SampleSetReader.Read(Path.Combine(data, $"{set}-calibration.npz"), graph, null),
            SampleSetReader.Read(Path.Combine(data, $"{set}-test.npz"), graph, null));
    }

    /// <summary>The first test samples, fewer for networks whose pass is longer.</summary>
    /// <param name="images">For a network of three layers.</param>
    public IReadOnlyList<Batch> Batches(int images)
    {
        int layers = Graph.QuantizableNodes.Count(n => n.HasConstantWeights()),
            most = IsConvolutional ? images / ConvolutionShare : layers > 3 ? images / 2 : images;
        return [.. Batch.Split(Graph, Test.Slice(0, Math.Clamp(most, 1, Test.Count)), IsConvolutional ? 10 : 250)];
    }
}
