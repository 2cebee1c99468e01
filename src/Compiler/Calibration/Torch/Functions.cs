using MixPrec.Compiler.Graphs;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Elementwise functions of one argument.</summary>
internal static class Functions
{
    public static TorchTensor Apply(UnaryFunction function, TorchTensor x) => function.Kind switch
    {
        UnaryKind.Neg => -x,
        UnaryKind.Exp => x.exp(),
        UnaryKind.Sqrt => x.sqrt(),
        UnaryKind.Abs => x.abs(),
        UnaryKind.Ceil => x.ceil(),
        UnaryKind.Floor => x.floor(),
        UnaryKind.Round => x.round(),
        UnaryKind.Sign => x.sign(),
        UnaryKind.Reciprocal => x.reciprocal(),
        UnaryKind.Log => x.log(),
        UnaryKind.Erf => x.erf(),
        UnaryKind.Sin => x.sin(),
        UnaryKind.Cos => x.cos(),
        UnaryKind.Tan => x.tan(),
        UnaryKind.Asin => x.asin(),
        UnaryKind.Acos => x.acos(),
        UnaryKind.Atan => x.atan(),
        UnaryKind.Sinh => x.sinh(),
        UnaryKind.Cosh => x.cosh(),
        UnaryKind.Asinh => x.asinh(),
        UnaryKind.Acosh => x.acosh(),
        UnaryKind.Atanh => x.atanh(),
        _ => Activate(function, x),
    };

    private static TorchTensor Activate(UnaryFunction function, TorchTensor x) => function.Kind switch
    {
        UnaryKind.Relu => x.relu(),
        UnaryKind.LeakyRelu => torch.where(x < 0, x * function.Alpha, x),
        UnaryKind.Elu => Elu(x, function.Alpha),
        UnaryKind.Selu => Elu(x, function.Alpha) * function.Beta,
        UnaryKind.Celu => torch.where(x < 0, ((x.clamp(max: 0) / function.Alpha).exp() - 1) * function.Alpha, x),
        UnaryKind.Clip => x.clamp(function.Alpha, function.Beta),
        UnaryKind.Sigmoid => x.sigmoid(),
        UnaryKind.Tanh => x.tanh(),
        UnaryKind.HardSigmoid => ((x * function.Alpha) + function.Beta).clamp(0, 1),
        UnaryKind.HardSwish => x * ((x / 6) + 0.5).clamp(0, 1),
        UnaryKind.Softplus => Softplus(x),
        UnaryKind.Softsign => x / (x.abs() + 1),
        UnaryKind.Gelu => x * 0.5 * ((x * Math.Sqrt(0.5)).erf() + 1),
        UnaryKind.GeluTanh => x * 0.5 * (((x + (x * x * x * 0.044715)) * Math.Sqrt(2 / Math.PI)).tanh() + 1),
        UnaryKind.Swish => x * (x * function.Alpha).sigmoid(),
        UnaryKind.Mish => x * Softplus(x).tanh(),
        UnaryKind.ThresholdedRelu => torch.where(x > function.Alpha, x, torch.zeros_like(x)),
        UnaryKind.Shrink => torch.where(x > function.Alpha, x - function.Beta,
            torch.where(x < -function.Alpha, x + function.Beta, torch.zeros_like(x))),
        UnaryKind.Affine => (x * function.Alpha) + function.Beta,
        UnaryKind.ScaledTanh => (x * function.Beta).tanh() * function.Alpha,
        _ => throw new InvalidOperationException($"no meaning for {function.Kind}"),
    };

    private static TorchTensor Elu(TorchTensor x, float alpha) => torch.where(x < 0, (x.clamp(max: 0).exp() - 1) * alpha, x);

    /// <summary>ln(1 + eˣ) without overflow.</summary>
    private static TorchTensor Softplus(TorchTensor x) => x.clamp(min: 0) + (-x.abs()).exp().log1p();
}
