namespace MixPrec.Compiler.Graphs;

/// <summary>Elementwise functions of one argument; most can be fused behind a MatMul or a Conv.</summary>
internal enum UnaryKind
{
    Neg, Exp, Sqrt, Relu, LeakyRelu, Elu, Clip, Sigmoid, Tanh, HardSigmoid, HardSwish,
}

/// <summary>An elementwise function with its parameters: <see cref="UnaryKind.LeakyRelu"/> and Elu (alpha), HardSigmoid (alpha, beta), Clip (lowest, highest).</summary>
internal sealed record UnaryFunction(UnaryKind Kind, float Alpha = 0, float Beta = 0)
{
    public static UnaryFunction Clip(float lowest, float highest) => new(UnaryKind.Clip, lowest, highest);

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
        _ => throw new InvalidOperationException($"no meaning for {Kind}"),
    };
}
