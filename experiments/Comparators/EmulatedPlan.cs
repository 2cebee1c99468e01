using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity.Estimators;
using MixPrec.Compiler.Sensitivity;
using static TorchSharp.torch;

namespace MixPrec.Experiments.Comparators;

/// <summary>A whole plan in TorchSharp, every layer on the inputs that the layers before it give: what a search looks at.</summary>
internal sealed class EmulatedPlan(TorchExecutor executor, Graph graph, LossKind loss, RangeTable ranges) : IDisposable
{
    private readonly QuantizedConstants _weights = new(ranges, graph);
    private readonly Dictionary<Batch, float[]> _exact = [];

    /// <summary>Σ of squared changes of the loss over samples.</summary>
    /// <param name="precisions">By the name of the layer; others stay in fp32.</param>
    public double SquaredChanges(IReadOnlyDictionary<string, PrecisionConfig> precisions, IEnumerable<Batch> batches)
    {
        double sum = 0;
        foreach (var batch in batches)
        {
            float[] exact = _exact.TryGetValue(batch, out float[]? known) ? known
                : _exact[batch] = Losses(batch, new Dictionary<string, PrecisionConfig>());
            sum += Losses(batch, precisions).Zip(exact, (a, b) => Math.Pow(a - b, 2)).Sum();
        }

        return sum;
    }

    public void Dispose() => _weights.Dispose();

    private float[] Losses(Batch batch, IReadOnlyDictionary<string, PrecisionConfig> precisions)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var product = new RoundedProduct(executor, ranges, _weights);
        var outputs = executor.Run(batch.Inputs, (node, x, rhs, y) => precisions.TryGetValue(node.Name, out var precision)
            ? product.Of(new(node, x, rhs, y, y, batch.Samples.Count), precision) : y);
        return TorchLoss.PerSample(loss, graph, outputs, batch.Samples).data<float>().ToArray();
    }
}
