using MixPrec.Compiler.Calibration;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>Gradients of single samples with respect to the activations that an op reads, squared and summed over their elements.</summary>
internal static class ActivationGradients
{
    /// <summary>(∂g_r/∂x)² of each element.</summary>
    public static TorchTensor OfLhs(TorchExecutor executor, OpObservation op)
    {
        using var record = enable_grad();
        var x = op.X.detach().requires_grad_();
        return autograd.grad([executor.Product(op.Node, x, op.Rhs)], [x], [op.Gradient])[0].square();
    }

    /// <summary>[samples] Σ of what each element has.</summary>
    public static TorchTensor Sum(TorchTensor elements, OpObservation op) => elements.reshape(op.Samples, -1).sum(1);

    /// <summary>[samples] Σ (∂g_r/∂x)² of both operands of a product of activations.</summary>
    public static (TorchTensor Lhs, TorchTensor Rhs) OfBoth(OpObservation op)
    {
        using var record = enable_grad();
        var (x, rhs, gradient) = Apart(op);
        (x, rhs) = (x.detach().requires_grad_(), rhs.detach().requires_grad_());
        var gradients = autograd.grad([x.matmul(rhs)], [x, rhs], [gradient]);
        return (Sum(gradients[0].square(), op), Sum(gradients[1].square(), op));
    }

    /// <summary>
    /// The same product with samples on axis 0 of both operands: one that all samples share gets a copy for each, so that gradients of
    /// different samples are not added. Matrices hold the rows of all samples one after another.
    /// </summary>
    private static (TorchTensor X, TorchTensor Rhs, TorchTensor Gradient) Apart(OpObservation op)
    {
        if (op.Y.dim() == 2)
        {
            return (op.X.reshape(op.Samples, -1, op.X.shape[1]), op.Rhs.unsqueeze(0).expand(op.Samples, -1, -1),
                op.Gradient.reshape(op.Samples, -1, op.Y.shape[1]));
        }

        return (Own(op.X, op.Y), Own(op.Rhs, op.Y), op.Gradient);
    }

    private static TorchTensor Own(TorchTensor operand, TorchTensor y)
    {
        long[] shape = [.. Enumerable.Repeat(1L, (int)(y.dim() - operand.dim())), .. operand.shape];
        return operand.reshape(shape).expand([y.shape[0], .. shape[1..]]);
    }
}
