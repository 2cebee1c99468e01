using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>The losses of <see cref="LossFunction"/> with gradients.</summary>
internal static class TorchLoss
{
    /// <summary>[count] weighted sums of losses.</summary>
    /// <param name="outputs">All of the graph.</param>
    public static TorchTensor PerSample(LossSum sum, Graph graph, IReadOnlyList<TorchTensor> outputs, SampleSet samples) =>
        sum.Terms.Select(t => Weighted(PerSample(t.Loss, graph, outputs[t.Loss.PlaceIn(graph)], samples), t.Weight))
            .Aggregate((a, b) => a + b);

    /// <summary>[count] losses.</summary>
    public static TorchTensor PerSample(OutputLoss loss, Graph graph, TorchTensor tensor, SampleSet samples)
    {
        var (kind, output) = (loss.Kind, loss.OutputOf(graph));
        LossFunction.RequireRows(kind, output, tensor.numel(), samples);
        var rows = tensor.to(ScalarType.Float32).reshape(samples.Count, -1);
        return kind switch
        {
            LossKind.NextToken when samples.Labels is null => Tokens(rows, graph, samples),
            LossKind.CrossEntropy or LossKind.NextToken => Labelled(rows, output, samples),
            LossKind.PseudoLabel => CrossEntropy(rows, LossFunction.LogitsOf(output), rows.detach().argmax(1)),
            LossKind.Mse => Finite(rows - samples.Targets!.ToTorch().reshape(samples.Count, -1)).square().mean([1]),
            LossKind.Output => (Finite(rows) * Signs(samples, checked((int)rows.shape[1]), loss.FirstSign(graph))).sum(1),
            _ => throw new InvalidOperationException($"no meaning for {kind}"),
        };
    }

    private static TorchTensor Weighted(TorchTensor losses, double weight) => weight == 1 ? losses : losses * weight;

    /// <summary>0, without a gradient, where an output is infinite: a masked element stays masked whatever the precisions.</summary>
    private static TorchTensor Finite(TorchTensor rows) => rows.nan_to_num(double.NaN, 0, 0);

    private static TorchTensor Labelled(TorchTensor rows, Value output, SampleSet samples)
    {
        int labels = checked((int)(samples.Labels!.Length / samples.Count));
        int positions = LossFunction.Positions(output, samples.Labels.Span<long>()[..labels], checked((int)rows.shape[1])).Length;
        var losses = CrossEntropy(rows.reshape((long)samples.Count * positions, -1), LossFunction.LogitsOf(output),
            samples.Labels.ToTorch());
        return losses.reshape(samples.Count, positions).mean([1]);
    }

    /// <summary>All positions but the last, which has no next token.</summary>
    private static TorchTensor Tokens(TorchTensor rows, Graph graph, SampleSet samples)
    {
        var labels = NextTokens.Shift(graph, samples);
        long positions = labels.Shape[1];
        var predictions = rows.reshape(samples.Count, positions + 1, -1).narrow(1, 0, positions);
        return CrossEntropy(predictions.reshape(samples.Count * positions, -1), LossFunction.LogitsOf(graph.Answer),
            labels.ToTorch()).reshape(samples.Count, positions).mean([1]);
    }

    private static TorchTensor CrossEntropy(TorchTensor rows, OutputKind kind, TorchTensor labels)
    {
        var logarithms = kind switch
        {
            OutputKind.Logits => torch.nn.functional.log_softmax(rows, 1),
            OutputKind.Probabilities => rows.clamp(min: float.Epsilon).log(),
            _ => rows,
        };
        return -logarithms.gather(1, labels.reshape(-1, 1)).reshape(-1);
    }

    private static TorchTensor Signs(SampleSet samples, int length, int first)
    {
        var signs = new float[samples.Count * length];
        for (int i = 0; i < signs.Length; i++)
        {
            signs[i] = LossFunction.Sign(samples.FirstIndex + (i / length), unchecked(first + (i % length)));
        }

        return torch.tensor(signs, [samples.Count, length]);
    }
}
