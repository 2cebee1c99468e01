using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Experiments.Strategies;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Experiments.Comparators;

/// <summary>
/// What keeping outliers apart in fp32 takes of the loss error of uniform int8, emulated: the largest weights of each layer (SqueezeLLM),
/// or the input channels that reach furthest (LLM.int8()), with scales and ranges made of the rest.
/// </summary>
internal sealed class OutlierExperiment(Func<string, StrategyCase?> read, IReadOnlyCollection<string> networks)
{
    private const int BatchSize = 32;
    private const float MostOfBytes = 127, StepsOfActivations = 255;

    private static readonly (string Name, double Weights, double Channels)[] s_variants =
    [
        ("none", 0, 0), ("0.5 % of weights", 0.005, 0), ("2 % of weights", 0.02, 0), ("1 % of channels", 0, 0.01), ("5 % of channels", 0, 0.05),
        ("2 % of weights and 5 % of channels", 0.02, 0.05), ("weights exact", 1, 0), ("activations exact", 0, 1),
    ];

    private readonly List<string> _rows = [];

    public IReadOnlyList<string> Names => [.. StrategyCase.Names.Where(n => networks.Count == 0 || networks.Contains(n))];

    public void Write(string folder) => ResultFile.Merge(Path.Combine(folder, "outliers.csv"), "network,apart,loss error", _rows);

    public void Add(string name)
    {
        if (read(name) is not { } given)
        {
            return;
        }

        var (graph, loss) = (given.Network.Graph, given.Samples.Loss.Kind);
        using var executor = new TorchExecutor(graph);
        var extremes = Extremes(executor, Batch.Split(graph, given.Samples.Calibration, BatchSize));
        Batch[] batches = [.. Batch.Split(graph, given.Samples.HeldOut, BatchSize)];
        float[] exact = [.. batches.SelectMany(b => Losses(b, null))];
        foreach (var (words, weights, channels) in s_variants)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var operands = graph.QuantizableNodes.Where(n => n.HasConstantWeights())
                .ToDictionary(n => n, n => Weights(n, executor.Constant(n.Input(1)), weights));
            float[] changed = [.. batches.SelectMany(b => Losses(b, (node, x, rhs, y) => executor.Product(node,
                Activations(node, 0, x, channels), operands.TryGetValue(node, out var own) ? own : Activations(node, 1, rhs, channels))))];
            double error = Math.Sqrt(changed.Zip(exact, (a, b) => Math.Pow(a - b, 2)).Sum() / exact.Sum(g => (double)g * g));
            _rows.Add(string.Create(CultureInfo.InvariantCulture, $"{name},{words},{error:F5}"));
            Console.Error.WriteLine(_rows[^1]);
        }

        IEnumerable<float> Losses(Batch batch, SeenProduct? product)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            return TorchLoss.PerSample(loss, graph, executor.Run(batch.Inputs, product), batch.Samples).data<float>().ToArray();
        }

        TorchTensor Activations(Node node, int operand, TorchTensor x, double apart)
        {
            if (apart >= 1 || !extremes.TryGetValue((node, operand), out var known))
            {
                return x;
            }

            int axis = Axis(node, x);
            var reach = maximum(known.Highest, known.Lowest.neg());
            var isApart = operand == 0 ? reach.ge(Threshold(reach, apart)) : zeros_like(reach, dtype: ScalarType.Bool);
            double lowest = Math.Min(0, known.Lowest.masked_fill(isApart, 0).min().item<float>()),
                highest = Math.Max(0, known.Highest.masked_fill(isApart, 0).max().item<float>());
            double step = Math.Max((highest - lowest) / StepsOfActivations, float.Epsilon);
            var rounded = x.clamp(lowest, highest).sub(lowest).div(step).round().mul(step).add(lowest);
            return where(isApart.reshape([.. Enumerable.Range(0, (int)x.dim()).Select(d => d == axis ? -1L : 1)]), x, rounded);
        }
    }

    /// <summary>Int8 with a scale for each output channel, but for the share of the largest.</summary>
    private static TorchTensor Weights(Node node, TorchTensor weights, double apart)
    {
        if (apart >= 1)
        {
            return weights;
        }

        var isApart = weights.abs().ge(Threshold(weights.abs().flatten(), apart));
        var dense = weights.masked_fill(isApart, 0);
        long[] others = [.. Enumerable.Range(0, (int)weights.dim()).Where(d => d != (node.Op is Conv ? 0 : weights.dim() - 1))
            .Select(d => (long)d)];
        var step = dense.abs().amax(others, keepdim: true).div(MostOfBytes).clamp_min(float.Epsilon);
        return where(isApart, weights, dense.div(step).round().mul(step));
    }

    /// <summary>The value that a share of all reaches; infinity for none.</summary>
    private static float Threshold(TorchTensor values, double share)
    {
        long count = (long)Math.Ceiling(share * values.numel());
        return share == 0 ? float.PositiveInfinity : values.topk((int)count).values.min().item<float>();
    }

    /// <summary>The lowest and highest value of each channel of what products read.</summary>
    private static Dictionary<(Node Node, int Operand), (TorchTensor Lowest, TorchTensor Highest)> Extremes(TorchExecutor executor,
        IEnumerable<Batch> batches)
    {
        var seen = new Dictionary<(Node, int), (TorchTensor Lowest, TorchTensor Highest)>();
        using var quiet = no_grad();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            executor.Run(batch.Inputs, (node, x, rhs, y) =>
            {
                foreach (var (operand, value) in node.HasConstantWeights() ? [(0, x)] : new[] { (0, x), (1, rhs) })
                {
                    long[] others = [.. Enumerable.Range(0, (int)value.dim()).Where(d => d != Axis(node, value)).Select(d => (long)d)];
                    var (low, high) = (value.detach().amin(others), value.detach().amax(others));
                    var (lowest, highest) = seen.TryGetValue((node, operand), out var known)
                        ? (minimum(low, known.Lowest), maximum(high, known.Highest)) : (low, high);
                    seen[(node, operand)] = (lowest.DetachFromDisposeScope(), highest.DetachFromDisposeScope());
                }

                return y;
            });
        }

        return seen;
    }

    private static int Axis(Node node, TorchTensor value) => node.Op is Conv ? 1 : (int)value.dim() - 1;
}
