using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Losses;

/// <summary>
/// The loss g of each sample from a network's outputs, in double precision: what verification measures with the emitted class.
/// </summary>
internal static class LossFunction
{
    /// <summary>One loss for each sample.</summary>
    /// <param name="outputs">Of the network to judge, for <paramref name="samples"/> in one run.</param>
    /// <param name="floatOutputs">Of the fp32 network: the source of pseudo-labels.</param>
    public static double[] PerSample(OutputLoss loss, Graph graph, IReadOnlyList<Tensor> outputs, SampleSet samples,
        IReadOnlyList<Tensor> floatOutputs)
    {
        var (kind, place, output) = (loss.Kind, loss.PlaceIn(graph), loss.OutputOf(graph));
        int count = samples.Count;
        RequireRows(kind, output, outputs[place].Length, samples);
        var y = ArrayConversion.Convert(outputs[place], ElementType.F32).Span<float>();
        var references = ArrayConversion.Convert(floatOutputs[place], ElementType.F32);
        var (meaning, firstSign) = (LogitsOf(output), loss.FirstSign(graph));
        int length = y.Length / count;
        var losses = new double[count];
        var labels = LabelsOf(kind, graph, samples);
        int positions = checked((int)(labels is null ? 1 : labels.Length / count));
        for (int r = 0; r < count; r++)
        {
            var row = y.Slice(r * length, length);
            losses[r] = kind switch
            {
                LossKind.CrossEntropy =>
                    CrossEntropy(row, meaning, Positions(output, labels!.Span<long>().Slice(r * positions, positions), length)),
                LossKind.NextToken when samples.Labels is null =>
                    CrossEntropy(row[..(length / (positions + 1) * positions)], meaning,
                    labels!.Span<long>().Slice(r * positions, positions)),
                LossKind.NextToken => CrossEntropy(row, meaning,
                    Positions(output, labels!.Span<long>().Slice(r * positions, positions), length)),
                LossKind.PseudoLabel => CrossEntropy(row, meaning, [ArgMax(references.Span<float>().Slice(r * length, length))]),
                LossKind.Mse => SquaredError(row, samples.Targets!.Span<float>().Slice(r * length, length),
                    references.Span<float>().Slice(r * length, length)),
                LossKind.Output => Projection(row, samples.FirstIndex + r, firstSign, references.Span<float>().Slice(r * length, length)),
                _ => throw new InvalidOperationException($"no meaning for {kind}"),
            };
        }

        return losses;
    }

    /// <summary>Given labels; for NextToken without them those that the tokens themselves give.</summary>
    public static Tensor? LabelsOf(LossKind kind, Graph graph, SampleSet samples) =>
        kind == LossKind.NextToken && samples.Labels is null ? NextTokens.Shift(graph, samples) : samples.Labels;

    /// <summary>What an output of classes holds.</summary>
    public static OutputKind LogitsOf(Value output) => ClassEvidence.SoftmaxBehind(output) ?? OutputKind.Logits;

    /// <exception cref="MixPrecException">MXP1013: the output has no equal rows for all samples of a run, or their length is not that
    /// of the targets.</exception>
    public static void RequireRows(LossKind kind, Value output, long elements, SampleSet samples)
    {
        string? fault = elements == 0 || elements % samples.Count != 0
            ? $"its {Counted.Format(elements, "element")} cannot be rows of {Counted.Format(samples.Count, "sample")}"
            : kind == LossKind.Mse && samples.Targets!.Length != elements
                ? $"'targets' hold {Counted.Format(samples.Targets.Length / samples.Count, "number")} a sample, "
                    + FormattableString.Invariant($"the output {elements / samples.Count}")
            : kind is LossKind.PseudoLabel && elements == samples.Count ? "one number a sample is no score for each class"
            : null;
        if (fault is not null)
        {
            throw new MixPrecException(DiagnosticCatalog.LossUnfit, null, kind, PrintableName.Format(output.Name), fault);
        }
    }

    /// <summary>
    /// ±1 for element <paramref name="index"/> of the output of sample <paramref name="sample"/>: the same signs in every build.
    /// </summary>
    public static float Sign(int sample, int index)
    {
        ulong z = ((ulong)(uint)sample << 32 | (uint)index) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) & 1) == 0 ? 1 : -1;
    }

    /// <summary>
    /// The labels of one sample, one for each position of its output: [classes] for one label, [positions, classes] for several.
    /// </summary>
    /// <param name="length">Elements of the sample's output.</param>
    /// <exception cref="MixPrecException">MXP1002: the output has no row of classes for every label.</exception>
    public static ReadOnlySpan<long> Positions(Value output, ReadOnlySpan<long> labels, int length)
    {
        var classes = output.Shape is { Count: > 0 } shape ? shape[^1] : IntExpr.One;
        return length % labels.Length == 0 && (labels.Length == 1 || (classes.IsConstant && classes.Value * labels.Length == length))
            ? labels
            : throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "Loss", LossKind.CrossEntropy,
                $"a loss for {Counted.Format(labels.Length, "label")} on {Counted.Format(length, "output element")} "
                + "(classes go along the last axis)");
    }

    /// <summary>Mean over the positions.</summary>
    private static double CrossEntropy(ReadOnlySpan<float> row, OutputKind kind, ReadOnlySpan<long> labels)
    {
        double sum = 0;
        int classes = row.Length / labels.Length;
        for (int t = 0; t < labels.Length; t++)
        {
            sum += CrossEntropy(row.Slice(t * classes, classes), kind, (int)labels[t]);
        }

        return sum / labels.Length;
    }

    private static double CrossEntropy(ReadOnlySpan<float> row, OutputKind kind, int label)
    {
        if (kind != OutputKind.Logits)
        {
            return kind == OutputKind.LogProbabilities ? -row[label] : -Math.Log(Math.Max(row[label], float.Epsilon));
        }

        double highest = row[ArgMax(row)], sum = 0;
        foreach (float x in row)
        {
            sum += Math.Exp(x - highest);
        }

        return Math.Log(sum) + highest - row[label];
    }

    /// <remarks>What fp32 gives as infinite (a masked element) is left out, as long as the network to judge agrees.</remarks>
    private static double SquaredError(ReadOnlySpan<float> row, ReadOnlySpan<float> target, ReadOnlySpan<float> reference)
    {
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            sum += Agree(row[i], reference[i]) ? 0 : Math.Pow(row[i] - target[i], 2);
        }

        return sum / row.Length;
    }

    /// <inheritdoc cref="SquaredError"/>
    private static double Projection(ReadOnlySpan<float> row, int sample, int firstSign, ReadOnlySpan<float> reference)
    {
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            sum += Agree(row[i], reference[i]) ? 0 : Sign(sample, unchecked(firstSign + i)) * (double)row[i];
        }

        return sum;
    }

    private static bool Agree(float value, float reference) => float.IsInfinity(reference) && value == reference;

    private static int ArgMax(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] ? i : best;
        }

        return best;
    }
}

/// <summary>What a classifier returns.</summary>
internal enum OutputKind
{
    Logits, Probabilities, LogProbabilities,
}
