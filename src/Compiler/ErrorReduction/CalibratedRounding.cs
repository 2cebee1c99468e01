using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>Roundings of weights that <see cref="NearestPlane"/> finds on calibration samples.</summary>
internal static class CalibratedRounding
{
    /// <summary>Deepest layer: the square is kept, and its cube computed.</summary>
    public const int MostDepth = 1536;

    /// <summary>Multiply-adds for all layers of a network, some tens of seconds; layers of the least cost come first.</summary>
    private const double MostOperations = 4e10;

    /// <summary>Weights of all layers, for the lock file keeps about two bits of each.</summary>
    private const long MostWeights = 8 << 20;

    /// <summary>Bytes of products of inputs that are kept at once.</summary>
    private const long MostBytes = 256L << 20;

    /// <summary>Layers whose weights could be rounded otherwise, in their order.</summary>
    public static IReadOnlyList<Node> Layers(IEnumerable<Node> offered)
    {
        double operations = 0;
        long weights = 0;
        var taken = offered.Where(n => n.HasConstantWeights() && ProductFamilies.FromNode(n) is not null
                && ModelQuantization.ScalesOf(n) is null && ModelQuantization.OfActivations(n) is null && Depth(n) <= MostDepth)
            .OrderBy(Cost)
            .TakeWhile(n => (operations += Cost(n)) <= MostOperations && (weights += n.Input(1).Constant!.Length) <= MostWeights)
            .ToHashSet();
        return [.. offered.Where(taken.Contains)];
    }

    /// <summary>For each layer and format how its weights are rounded best, where that is not to the nearest values.</summary>
    /// <param name="formats">Of a layer, such as are rounded by calibration.</param>
    /// <param name="samples">In all batches.</param>
    /// <param name="step">Called for each layer and format, from any thread.</param>
    public static IReadOnlyDictionary<(string Layer, StorageFormat Format), WeightRounding> Find(TorchExecutor executor,
        IReadOnlyList<Node> layers, Func<Node, IReadOnlyList<StorageFormat>> formats, IReadOnlyList<Batch> batches, int samples,
        Action step, CancellationToken cancellation)
    {
        var found = new Dictionary<(string, StorageFormat), WeightRounding>();
        foreach (var some in InMemory(layers))
        {
            var grams = InputGrams.Collect(executor, some, batches, samples);
            var tasks = some.Where(grams.ContainsKey).SelectMany(n => formats(n).Select(f => (Node: n, Format: f))).ToArray();
            var roundings = new WeightRounding?[tasks.Length];
            var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
            Parallel.For(0, tasks.Length, threads, i =>
            {
                step();
                roundings[i] = Find(tasks[i].Node, tasks[i].Format, grams[tasks[i].Node]);
            });
            foreach (var (task, rounding) in tasks.Zip(roundings).Where(r => r.Second is not null))
            {
                found[(task.Node.Name, task.Format)] = rounding!;
            }
        }

        return found;
    }

    /// <param name="gram">[groups, depth, depth].</param>
    public static WeightRounding? Find(Node node, StorageFormat format, ReadOnlySpan<float> gram)
    {
        var nearest = WeightMatrix.FromNode(node);
        var (groups, depth) = (Groups(node), Depth(node));
        float[] weights = node.Input(1).Constant!.Span<float>().ToArray();
        SubnormalWeights.SetToZero(weights);
        var steps = new sbyte[weights.Length];
        int columns = node.OutputChannels() / groups;
        var grids = Grids(nearest, format, groups);
        for (int group = 0; group < groups; group++)
        {
            int At(int row, int column) => node.Op is Conv ? ((((group * columns) + column) * depth) + row) : (row * columns) + column;
            var own = new float[depth * columns];
            var quantized = new float[own.Length];
            for (int row = 0; row < depth; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    own[(row * columns) + column] = weights[At(row, column)];
                }

                grids[group].Quantize(row, own.AsSpan(row * columns, columns), quantized.AsSpan(row * columns, columns));
            }

            if (NearestPlane.Round(gram.Slice(group * depth * depth, depth * depth), own, columns, grids[group]) is { } better)
            {
                for (int row = 0; row < depth; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        int i = (row * columns) + column;
                        steps[At(row, column)] = (sbyte)Math.Clamp(better[i] - quantized[i], -sbyte.MaxValue, sbyte.MaxValue);
                    }
                }
            }
        }

        var rounding = new WeightRounding(steps);
        return steps.All(s => s == 0) || !IsAsExact(nearest, format, rounding) ? null : rounding;
    }

    /// <summary>The grid of each group of channels; filters of one channel each are the columns of one matrix.</summary>
    private static RoundingGrid[] Grids(IReadOnlyList<WeightMatrix> matrices, StorageFormat format, int groups)
    {
        RoundingGrid[] grids = [.. matrices.Select(m => format.Encode(m).Grid)];
        return grids.Length == groups ? grids
            : [.. grids[0].Scales.Chunk(grids[0].Scales.Length / groups).Select(s => grids[0] with { Scales = s })];
    }

    /// <summary>Whether sums in 32 bits stay proven where they are of the nearest values.</summary>
    private static bool IsAsExact(IReadOnlyList<WeightMatrix> nearest, StorageFormat format, WeightRounding rounding) =>
        ActivationFormat.All.Where(a => a.IsQuantized).All(a => nearest.All(m => !format.Encode(m).Permits(a, ElementType.I32)
            || format.Encode(m.WithRounding(rounding)).Permits(a, ElementType.I32)));

    private static int Groups(Node node) => node.Op is Conv conv ? conv.Groups : 1;

    private static int Depth(Node node) => checked((int)(node.Input(1).Constant!.Length / node.OutputChannels()));

    private static double Cost(Node node) => Groups(node) * NearestPlane.Cost(Depth(node), node.OutputChannels() / Groups(node));

    /// <summary>Neighbouring layers whose products of inputs may be kept together.</summary>
    private static IEnumerable<IReadOnlyList<Node>> InMemory(IReadOnlyList<Node> layers)
    {
        var some = new List<Node>();
        long bytes = 0;
        foreach (var node in layers)
        {
            long own = sizeof(float) * Groups(node) * (long)Depth(node) * Depth(node);
            if (some.Count > 0 && bytes + own > MostBytes)
            {
                yield return some;
                (some, bytes) = ([], 0);
            }

            some.Add(node);
            bytes += own;
        }

        if (some.Count > 0)
        {
            yield return some;
        }
    }
}
