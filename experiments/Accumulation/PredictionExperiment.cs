using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Experiments.Emulation;
using TorchSharp;

namespace MixPrec.Experiments.Accumulation;

/// <summary>
/// Random accumulators for the layers of a network of matrix products: the mean squared loss change that an estimate predicts, summed over
/// layers, against the change that is measured with the emulated accumulators, on the same samples.
/// </summary>
internal static class PredictionExperiment
{
    private const int Samples = 128;
    private const int Assignments = 40;

    /// <summary>From hardly any error to more than a first-order estimate can follow.</summary>
    private static readonly Accumulator[] Choices =
        [.. new[] { FloatFormat.F16, FloatFormat.BF16, new("E6M5", 6, 5), new("E5M4", 5, 4), FloatFormat.E4M3 }.Select(f =>
            new Accumulator(f))];

    /// <summary>A point: one assignment.</summary>
    /// <param name="Formats">Of the layers, in their order.</param>
    /// <param name="Bound">Σ c²u²·mean_r Σ_i (∂g_r/∂v_i)²·N_i² with the exact numerator N and c of
    /// <see cref="Accumulator.ErrorConstant"/>.</param>
    /// <param name="Projected">Σ mean_r (Σ_i ∂g_r/∂v_i·(v̂_i − v_i))² with the layer's emulated result on fp32 operands.</param>
    internal sealed record Point(string Network, string Formats, double Measured, double Bound, double Projected)
    {
        public const string Heading = "network,accumulators,measured,bound,projected\n";

        public string Row => string.Create(CultureInfo.InvariantCulture, $"{Network},{Formats},{Measured:E3},{Bound:E3},{Projected:E3}\n");
    }

    public static IReadOnlyList<Point> Run(ExperimentCase subject)
    {
        var batch = Batch.Split(subject.Graph, subject.CalibrationSet, Samples).First();
        var exponents = EmulatedNetwork.Exponents(subject.Executor, batch, FloatFormat.E4M3);
        Node[] nodes = [.. subject.Graph.QuantizableNodes.Where(n => n.HasConstantWeights())];
        var network = new EmulatedNetwork(subject.Graph, subject.Executor, nodes, n => exponents[n]);
        var estimates = Estimates(subject, batch, exponents);
        var random = new Random(20250315);
        double[] reference = Losses(subject, batch, network.Run(batch, (_, _, _) => null));
        return [.. Enumerable.Range(0, Assignments).Select(_ =>
        {
            var chosen = nodes.ToDictionary(n => n, _ => Choices[random.Next(Choices.Length)]);
            double[] losses = Losses(subject, batch, network.Run(batch, (layer, _, products) => products.All(chosen[layer.Node])));
            return new Point(
                subject.Name, string.Join(' ', nodes.Select(n => chosen[n].Format.Name)),
                    losses.Zip(reference, (a, b) => (a - b) * (a - b)).Average(),
                nodes.Sum(n => estimates[(n, chosen[n])].Bound), nodes.Sum(n => estimates[(n, chosen[n])].Projected));
        })];
    }

    private static double[] Losses(ExperimentCase subject, Batch batch, Tensor output) =>
        LossFunction.PerSample(LossKind.CrossEntropy, subject.Graph, [output], batch.Samples, [output]);

    /// <summary>Both estimates of each layer with each accumulator, from one backward pass.</summary>
    private static Dictionary<(Node, Accumulator), (double Bound, double Projected)> Estimates(ExperimentCase subject, Batch batch,
        Dictionary<Node, int> exponents)
    {
        using var scope = torch.NewDisposeScope();
        var estimates = new Dictionary<(Node, Accumulator), (double, double)>();
        foreach (var op in SensitivityEstimation.Observe(subject.Executor, subject.Graph, batch, LossKind.CrossEntropy, out _))
        {
            var layer = new WeightProduct(op.Node, exponents[op.Node]);
            var products = layer.Multiply(op.X, op.Rhs)[0];
            float[] gradient = op.Gradient.ToTensor().Span<float>().ToArray(), exact = op.Y.ToTensor().Span<float>().ToArray(),
                sizes = products.Numerators(Numerator.Exact)!;
            double squares = gradient.Zip(sizes, (g, n) => Math.Pow((double)g * n, 2)).Sum() / Samples;
            foreach (var accumulator in Choices)
            {
                double scale = Math.Pow(accumulator.ErrorConstant(products.Weights.Depth) * accumulator.Format.UnitRoundoff, 2);
                double[] changes = [.. products.All(accumulator).Zip(exact, (a, y) => (double)a - y).Zip(gradient, (e, g) => e * g)];
                estimates[(op.Node, accumulator)] = (scale * squares,
                    changes.Chunk(changes.Length / Samples).Average(sample => Math.Pow(sample.Sum(), 2)));
            }
        }

        return estimates;
    }
}
