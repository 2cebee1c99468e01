namespace MixPrec.Compiler.Graphs;

/// <summary>Elementwise functions of one argument; most can be fused behind a MatMul or a Conv.</summary>
internal enum UnaryKind
{
    Neg, Exp, Sqrt, Relu, LeakyRelu, Elu, Clip, Sigmoid, Tanh, HardSigmoid, HardSwish,
    Abs, Ceil, Floor, Round, Sign, Reciprocal, Log, Erf,
    Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh,
    Softplus, Softsign, Selu, Celu, Gelu, GeluTanh, Mish, ThresholdedRelu, Shrink,
    Affine, ScaledTanh, Swish,
}

/// <summary>
/// An elementwise function with its parameters: <see cref="UnaryKind.LeakyRelu"/>, Elu, Celu and ThresholdedRelu (alpha), HardSigmoid
/// (alpha, beta), Clip (lowest, highest), Selu (alpha, gamma), Shrink (limit, bias), Affine and ScaledTanh (alpha, beta), Swish (alpha).
/// </summary>
internal sealed record UnaryFunction(UnaryKind Kind, float Alpha = 0, float Beta = 0)
{
    public static UnaryFunction Clip(float lowest, float highest) => new(UnaryKind.Clip, lowest, highest);

    /// <summary>True for the functions that also run in double precision.</summary>
    public bool HasDouble =>
        Kind is UnaryKind.Abs or UnaryKind.Ceil or UnaryKind.Cos or UnaryKind.Exp or UnaryKind.Floor or UnaryKind.Log
        or UnaryKind.Reciprocal or UnaryKind.Round or UnaryKind.Sin or UnaryKind.Sqrt or UnaryKind.Tanh;

    /// <summary>The function's value in double precision: the reference.</summary>
    public double Evaluate(double x) => Kind switch
    {
        UnaryKind.Neg => -x,
        UnaryKind.Exp => Math.Exp(x),
        UnaryKind.Sqrt => Math.Sqrt(x),
        UnaryKind.Relu => Math.Max(x, 0),
        UnaryKind.LeakyRelu => x < 0 ? Alpha * x : x,
        UnaryKind.Elu => x < 0 ? Alpha * (Math.Exp(x) - 1) : x,
        UnaryKind.Clip => Math.Min(Math.Max(x, Alpha), Beta),
        UnaryKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        UnaryKind.Tanh => Math.Tanh(x),
        UnaryKind.HardSigmoid => Math.Max(0, Math.Min(1, (Alpha * x) + Beta)),
        UnaryKind.HardSwish => x * Math.Max(0, Math.Min(1, (x / 6) + 0.5)),
        UnaryKind.Abs => Math.Abs(x),
        UnaryKind.Ceil => Math.Ceiling(x),
        UnaryKind.Floor => Math.Floor(x),
        UnaryKind.Round => Math.Round(x, MidpointRounding.ToEven),
        UnaryKind.Sign => double.IsNaN(x) ? x : Math.Sign(x),
        UnaryKind.Reciprocal => 1 / x,
        UnaryKind.Log => Math.Log(x),
        UnaryKind.Erf => ErrorFunction.Evaluate(x),
        UnaryKind.Sin => Math.Sin(x),
        UnaryKind.Cos => Math.Cos(x),
        UnaryKind.Tan => Math.Tan(x),
        UnaryKind.Asin => Math.Asin(x),
        UnaryKind.Acos => Math.Acos(x),
        UnaryKind.Atan => Math.Atan(x),
        UnaryKind.Sinh => Math.Sinh(x),
        UnaryKind.Cosh => Math.Cosh(x),
        UnaryKind.Asinh => Math.Asinh(x),
        UnaryKind.Acosh => Math.Acosh(x),
        UnaryKind.Atanh => Math.Atanh(x),
        UnaryKind.Softplus => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
        UnaryKind.Softsign => x / (1 + Math.Abs(x)),
        UnaryKind.Selu => Beta * (x < 0 ? Alpha * (Math.Exp(x) - 1) : x),
        UnaryKind.Celu => x < 0 ? Alpha * (Math.Exp(x / Alpha) - 1) : x,
        UnaryKind.Gelu => x / 2 * (1 + ErrorFunction.Evaluate(x / Math.Sqrt(2))),
        UnaryKind.GeluTanh => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        UnaryKind.Swish => x / (1 + Math.Exp(-Alpha * x)),
        UnaryKind.Mish => x * Math.Tanh(Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)))),
        UnaryKind.ThresholdedRelu => x > Alpha ? x : 0,
        UnaryKind.Shrink => x < -Alpha ? x + Beta : x > Alpha ? x - Beta : 0,
        UnaryKind.Affine => (Alpha * x) + Beta,
        UnaryKind.ScaledTanh => Alpha * Math.Tanh(Beta * x),
        _ => throw new InvalidOperationException($"no meaning for {Kind}"),
    };
}
