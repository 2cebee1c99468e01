using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Sensitivity.Estimators;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// What an error in the output of one layer changes the loss of each sample by, δ = Σ ∂g/∂y · e, with and without the mean error of each
/// output channel taken off: δ − Σ over channels of mean error · Σ ∂g/∂y, so that both follow from one run.
/// </summary>
/// <param name="channels">
/// The channels of a product of two activations, in the places of its output; null for those of a layer.
/// </param>
internal sealed class LossChanges(ChannelLabels? channels = null)
{
    private readonly List<float> _changes = [];
    private readonly List<float[]> _gradients = [];
    private readonly List<bool> _fitted = [];
    private readonly double[][] _sums = [[], []];
    private readonly double[] _elements = [0, 0];

    /// <summary>The errors of a run.</summary>
    /// <param name="error">ŷ − y, of the shape of the output.</param>
    /// <param name="firstSample">Its place in the data.</param>
    public void Add(OpObservation op, TorchTensor error, int firstSample)
    {
        using var scope = torch.NewDisposeScope();
        _changes.AddRange((error * op.Gradient).reshape(op.Samples, -1).sum([1L]).data<float>().ToArray());
        var (slopes, errors) = (Rows(OfChannels(op, op.Gradient), op.Samples), Rows(OfChannels(op, error), op.Samples));
        double perChannel = op.Y.numel() / (double)Math.Max(1, errors[0].Length) / op.Samples;
        for (int r = 0; r < op.Samples; r++)
        {
            bool fitted = InputGrams.IsFitted(firstSample + r);
            _gradients.Add(slopes[r]);
            _fitted.Add(fitted);
            int half = fitted ? 0 : 1;
            double[] sums = _sums[half].Length == 0 ? _sums[half] = new double[errors[r].Length] : _sums[half];
            for (int c = 0; c < sums.Length; c++)
            {
                sums[c] += errors[r][c];
            }

            _elements[half] += perChannel;
        }
    }

    /// <summary>The mean error of each channel over all samples.</summary>
    public double[] MeanErrors => Means(_sums[0].Length > 0 && _sums[1].Length > 0 ? [0, 1] : _sums[0].Length > 0 ? [0] : [1]);

    /// <summary>
    /// Σ δ² over samples. Mean errors are taken off as the other half of the samples shows them. NaN where
    /// there are no such samples.
    /// </summary>
    /// <param name="of">Those that are fitted to, those that are not, or all: each half with the mean errors of the other.</param>
    public double Squares(bool corrected, bool? of)
    {
        double sum = 0;
        int count = 0;
        double[][] means = corrected ? [Means([0]), Means([1])] : [[], []];
        for (int r = 0; r < _changes.Count; r++)
        {
            if (of is { } half && _fitted[r] != half)
            {
                continue;
            }

            double change = _changes[r];
            double[] mean = means[_fitted[r] ? 1 : 0];
            for (int c = 0; c < mean.Length; c++)
            {
                change -= mean[c] * _gradients[r][c];
            }

            if (double.IsFinite(change))
            {
                sum += change * change;
                count++;
            }
        }

        return count == 0 || (corrected && (_elements[0] == 0 || _elements[1] == 0)) ? double.NaN : sum;
    }

    /// <summary>[samples, channels] sums over everything but the channel.</summary>
    private TorchTensor OfChannels(OpObservation op, TorchTensor t)
    {
        if (channels is { } places)
        {
            long[] same = [.. Enumerable.Range(0, places.Rank).Where(d => !places.Varies(d)).Select(d => d + 1L)];
            return t.reshape([op.Samples, t.shape[0] / op.Samples, .. t.shape[1..]]).sum(same).reshape(op.Samples, -1);
        }

        return op.Node.Op is Conv ? t.reshape(op.Samples, t.shape[0] / op.Samples, t.shape[1], -1).sum([1L, 3L])
            : t.reshape(op.Samples, -1, t.shape[^1]).sum([1L]);
    }

    private double[] Means(int[] halves)
    {
        double elements = halves.Sum(h => _elements[h]);
        double[][] sums = [.. halves.Select(h => _sums[h]).Where(s => s.Length > 0)];
        return sums.Length == 0 ? [] : [.. Enumerable.Range(0, sums[0].Length).Select(c => sums.Sum(s => s[c]) / elements)];
    }

    private static float[][] Rows(TorchTensor matrix, int rows)
    {
        float[] all = matrix.contiguous().data<float>().ToArray();
        int length = all.Length / rows;
        return [.. Enumerable.Range(0, rows).Select(r => all[(r * length)..((r + 1) * length)])];
    }
}
