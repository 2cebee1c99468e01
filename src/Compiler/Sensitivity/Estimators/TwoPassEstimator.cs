using System.Runtime.InteropServices;
using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>
/// Candidates of two passes from those of one: the change by the first pass through the components that it keeps, and that by the second
/// through the components that it computes again. Both are sums over components, so a gradient that is zero elsewhere restricts them.
/// </summary>
/// <param name="single">For candidates of one pass.</param>
/// <param name="pass">For each pass of candidates of two.</param>
/// <param name="product">What a pass computes.</param>
internal sealed class TwoPassEstimator(IEstimator single, IEstimator pass, RoundedProduct product) : IEstimator
{
    private readonly Dictionary<Node, double[]> _norms = [];
    private readonly Dictionary<(string Node, PrecisionConfig Precision), (long Again, long All)> _counts = [];

    public bool IsSigned => single.IsSigned;

    /// <summary>The share of components that the second pass has computed so far, of every op and candidate of two passes.</summary>
    public IReadOnlyDictionary<(string Node, PrecisionConfig Precision), double> Recomputed =>
        _counts.ToDictionary(c => c.Key, c => (double)c.Value.Again / Math.Max(1, c.Value.All));

    public IEnumerable<TorchTensor> Changes(OpObservation op, IReadOnlyList<PrecisionConfig> candidates)
    {
        // Accumulators are exact: what differs in them alone errs alike.
        var ones = candidates.Where(p => p.Second is null).GroupBy(p => (p.Activations, p.Storage)).ToArray();
        var changes = ones.Zip(single.Changes(op, [.. ones.Select(g => g.First())])).SelectMany(p =>
            p.First.Select(precision => (precision, p.Second))).ToDictionary();
        var numerators = new Lazy<float[]>(() => Numerators(op));
        return [.. candidates.Select(p => p.Second is { } second ? Both(op, p, second, numerators.Value) : changes[p])];
    }

    private TorchTensor Both(OpObservation op, PrecisionConfig precision, SecondPass second, float[] numerators)
    {
        bool[] flags = RecomputeRule.Create(second, checked((int)op.X.shape[^1]))
            .Flags(((MatMul)op.Node.Op).Activation, Floats(product.Of(op, second.Low)).ToArray(), numerators, second.UnitRoundoff);
        Count(op.Node, precision, flags);
        var again = torch.tensor(flags, op.Y.shape).to_type(torch.ScalarType.Float32);
        var kept = pass.Changes(op with { Gradient = op.Gradient * (1 - again) }, [second.Low]).Single();
        return second.High == PrecisionConfig.F32 ? kept : kept + pass.Changes(op with { Gradient = op.Gradient * again }, [second.High])
            .Single();
    }

    private void Count(Node node, PrecisionConfig precision, bool[] flags)
    {
        var (again, all) = _counts.GetValueOrDefault((node.Name, precision));
        _counts[(node.Name, precision)] = (again + flags.LongCount(f => f), all + flags.Length);
    }

    private float[] Numerators(OpObservation op)
    {
        var weights = op.Node.Input(1).Constant!;
        int depth = checked((int)weights.Shape[0]), channels = checked((int)weights.Shape[1]);
        if (!_norms.TryGetValue(op.Node, out var norms))
        {
            var elements = weights.Span<float>();
            var column = new float[depth];
            _norms[op.Node] = norms = new double[channels];
            for (int channel = 0; channel < channels; channel++)
            {
                for (int k = 0; k < depth; k++)
                {
                    column[k] = elements[(k * channels) + channel];
                }

                norms[channel] = ProductCondition.Norm(column);
            }
        }

        return ProductCondition.RowNorms(Floats(op.X), depth, norms,
            op.Node.InputOrNull(2)?.Constant is { } bias ? bias.Span<float>() : new float[channels]);
    }

    private static ReadOnlySpan<float> Floats(TorchTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes);
}
