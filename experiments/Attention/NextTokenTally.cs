using MixPrec.Compiler.Graphs;

namespace MixPrec.Experiments.Attention;

/// <summary>
/// How a language model's predictions at all positions so far compare with the next tokens and with those of the same model in fp32.
/// </summary>
internal sealed class NextTokenTally
{
    private double _agreeing, _correct, _crossEntropy, _divergence;

    public int Positions { get; private set; }

    /// <summary>Share of positions with the next token of fp32.</summary>
    public double Agreement => _agreeing / Positions;

    /// <summary>Share of positions with the right next token.</summary>
    public double Accuracy => _correct / Positions;

    /// <summary>Mean over positions, in nats.</summary>
    public double CrossEntropy => _crossEntropy / Positions;

    /// <summary>Mean over positions of Σ q·ln(q/p), with q of fp32: in nats.</summary>
    public double Divergence => _divergence / Positions;

    /// <param name="logits">[samples, positions, tokens].</param>
    /// <param name="reference">Those of fp32.</param>
    /// <param name="labels">[samples, positions].</param>
    public void Add(Tensor logits, Tensor reference, Tensor labels)
    {
        int tokens = checked((int)logits.Shape[^1]);
        foreach (var (row, known, label) in logits.Span<float>().ToArray().Chunk(tokens)
            .Zip(reference.Span<float>().ToArray().Chunk(tokens), labels.ToInt64()))
        {
            double[] p = Logarithms(row), q = Logarithms(known);
            int best = Array.IndexOf(p, p.Max());
            Positions++;
            _agreeing += best == Array.IndexOf(q, q.Max()) ? 1 : 0;
            _correct += best == label ? 1 : 0;
            _crossEntropy -= p[label];
            _divergence += q.Zip(p, (a, b) => Math.Exp(a) * (a - b)).Sum();
        }
    }

    private static double[] Logarithms(float[] logits)
    {
        double highest = logits.Max(), shift = highest + Math.Log(logits.Sum(l => Math.Exp(l - highest)));
        return [.. logits.Select(l => l - shift)];
    }
}
