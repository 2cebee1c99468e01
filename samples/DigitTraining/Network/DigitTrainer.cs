using DigitTraining.Rendering;
using TorchSharp;
using static TorchSharp.torch;

namespace DigitTraining.Network;

/// <summary>Trains <see cref="DigitNetwork"/> with Adam, cross-entropy and a learning rate that falls along a half cosine.</summary>
internal static class DigitTrainer
{
    private const int Epochs = 6;
    private const int BatchSize = 128;
    private const double PeakRate = 4e-3;

    /// <summary>Returns the trained network in evaluation mode (batch normalisation uses its running statistics).</summary>
    public static DigitNetwork Train(DigitSet set, TextWriter log)
    {
        random.manual_seed(17);
        var network = new DigitNetwork();
        using var images = Images(set);
        using var labels = tensor(set.Labels);
        using var optimizer = optim.AdamW(network.parameters(), lr: PeakRate, weight_decay: 0.02);

        int batches = set.Count / BatchSize;
        network.train();
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            using var order = randperm(set.Count);
            double total = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                using var scope = NewDisposeScope();
                double progress = (double)(epoch * batches + batch) / (Epochs * batches);
                SetRate(optimizer, PeakRate * Math.Min(1, 20 * progress + 0.05) * (0.5 + 0.5 * Math.Cos(Math.PI * progress)));

                var picked = order.narrow(0, batch * BatchSize, BatchSize);
                var loss = nn.functional.cross_entropy(network.forward(images[picked]), labels[picked]);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                total += loss.item<float>();
            }

            log.WriteLine($"epoch {epoch + 1} of {Epochs}: mean loss {total / batches:F4}");
        }

        network.eval();
        return network;
    }

    /// <summary>Share of the images whose largest logit is the label's, 0 to 1.</summary>
    public static double Accuracy(DigitNetwork network, DigitSet set)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var images = Images(set);
        var labels = tensor(set.Labels);
        long right = 0;
        for (int start = 0; start < set.Count; start += 500)
        {
            int count = Math.Min(500, set.Count - start);
            var predicted = network.forward(images.narrow(0, start, count)).argmax(1);
            right += (predicted == labels.narrow(0, start, count)).sum().item<long>();
        }

        return (double)right / set.Count;
    }

    private static Tensor Images(DigitSet set) => tensor(set.ToFloats(), [set.Count, 1, DigitSet.Size, DigitSet.Size]);

    private static void SetRate(optim.Optimizer optimizer, double rate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }
    }
}
