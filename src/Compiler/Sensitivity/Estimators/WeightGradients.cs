using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>
/// Weight gradients of single samples without a backward pass each: of a matrix product as xᵀ·∂g/∂y, a batch of them at once; of a
/// convolution as that of one convolution with a group (or a set of groups) and weights of its own for each sample.
/// </summary>
internal static class WeightGradients
{
    /// <summary>Bytes of gradients that exist at once.</summary>
    private const long MostBytes = 64L << 20;

    /// <summary>[samples] Σ_w noise_w · (∂g_r/∂w)² for each of <paramref name="noises"/>, which have the shape of the weights.</summary>
    public static IEnumerable<TorchTensor> Weighted(OpObservation op, IReadOnlyList<TorchTensor> noises)
    {
        if (noises.Count == 0)
        {
            return [];
        }

        if (op.Node.Op is not Conv && op.X.dim() == 2 && op.X.shape[0] == op.Samples)
        {
            // One token a sample: (x_k · ∂g/∂y_n)², and no gradient has to be formed.
            var (x, gradient) = (op.X.square(), op.Gradient.square());
            return noises.Select(noise => x.matmul(noise).mul_(gradient).sum(1));
        }

        var weights = op.Rhs;
        int step = (int)Math.Clamp(MostBytes / (weights.numel() * sizeof(float)), 1, op.Samples);
        long rows = op.X.shape[0] / op.Samples;
        var parts = noises.Select(_ => new List<TorchTensor>()).ToArray();
        for (int start = 0; start < op.Samples; start += step)
        {
            using var scope = NewDisposeScope();
            int count = Math.Min(step, op.Samples - start);
            var (x, gradient) = (op.X.narrow(0, start * rows, count * rows), op.Gradient.narrow(0, start * rows, count * rows));
            var squares = (op.Node.Op is Conv conv ? OfConvolution(conv, x, gradient, weights, count)
                : OfProduct(x, gradient, count)).square().reshape(count, -1);
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i].Add(squares.matmul(noises[i].reshape(-1)).MoveToOuterDisposeScope());
            }
        }

        return parts.Select(p => cat(p, 0));
    }

    /// <summary>[count, K, N].</summary>
    private static TorchTensor OfProduct(TorchTensor x, TorchTensor gradient, int count) =>
        x.reshape(count, -1, x.shape[^1]).transpose(1, 2).bmm(gradient.reshape(count, -1, gradient.shape[^1]));

    /// <summary>[count, the shape of the weights…].</summary>
    private static TorchTensor OfConvolution(Conv conv, TorchTensor x, TorchTensor gradient, TorchTensor weights, int count)
    {
        using var record = enable_grad();
        // A sample may hold several images: each has weights of its own, and their gradients are added.
        long images = x.shape[0];
        var own = weights.unsqueeze(0).expand([images, .. weights.shape]).reshape([images * weights.shape[0],
            .. weights.shape[1..]]).detach().requires_grad_();
        var y = Calibration.Torch.Products.Convolve(conv with { Groups = checked((int)(conv.Groups * images)) },
            x.reshape([1, -1, .. x.shape[2..]]), own, null);
        return autograd.grad([y!], [own], [gradient.reshape(y!.shape)])[0].reshape([count, images / count, .. weights.shape]).sum(1);
    }
}
