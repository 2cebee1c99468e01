using MixPrec.Compiler.Calibration;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>Gradients of single samples with respect to the activations that an op reads, squared and summed over their elements.</summary>
internal static class ActivationGradients
{
    /// <summary>[samples] Σ (∂g_r/∂x)².</summary>
    public static TorchTensor OfLhs(TorchExecutor executor, OpObservation op) => Squares(Gradient(executor, op), op);

    /// <summary>[samples] Σ (x ∂g_r/∂x)²: what an error relative to each activation is multiplied with.</summary>
    public static TorchTensor OfLhsRelative(TorchExecutor executor, OpObservation op) =>
        Squares(Gradient(executor, op) * op.X.detach(), op);

    /// <summary>[samples] Σ (∂g_r/∂x)² of both operands of a product of activations.</summary>
    public static (TorchTensor Lhs, TorchTensor Rhs) OfBoth(OpObservation op)
    {
        using var record = enable_grad();
        var (x, rhs, gradient) = Apart(op);
        (x, rhs) = (x.detach().requires_grad_(), rhs.detach().requires_grad_());
        var gradients = autograd.grad([x.matmul(rhs)], [x, rhs], [gradient]);
        return (Squares(gradients[0], op), Squares(gradients[1], op));
    }

    private static TorchTensor Gradient(TorchExecutor executor, OpObservation op)
    {
        using var record = enable_grad();
        var x = op.X.detach().requires_grad_();
        return autograd.grad([executor.Product(op.Node, x, op.Rhs)], [x], [op.Gradient])[0];
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

    private static TorchTensor Squares(TorchTensor gradient, OpObservation op) => gradient.square().reshape(op.Samples, -1).sum(1);
}
