using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Something to do with an activation.</summary>
internal interface IActivationCheck
{
    /// <param name="activation">The runtime's function.</param>
    /// <param name="exact">Its definition in double precision.</param>
    void Run<TActivation>(TActivation activation, Func<double, double> exact)
        where TActivation : struct, IDifferentiable;
}

/// <summary>Every activation that the compiler fuses into a product.</summary>
internal static class Activations
{
    public static void Each(IActivationCheck check)
    {
        check.Run(default(Identity), v => v);
        check.Run(default(Relu), v => Math.Max(v, 0));
        check.Run(new LeakyRelu(0.25f), v => v < 0 ? 0.25 * v : v);
        check.Run(new ThresholdedRelu(0.5f), v => v > 0.5 ? v : 0);
        check.Run(new Clip(-0.5f, 1.5f), v => Math.Clamp(v, -0.5, 1.5));
        check.Run(default(Tanh), Math.Tanh);
        check.Run(default(Sigmoid), Sigmoid);
        check.Run(new HardSigmoid(0.25f, 0.5f), v => Math.Clamp((0.25 * v) + 0.5, 0, 1));
        check.Run(default(HardSwish), v => v * Math.Clamp((v / 6) + 0.5, 0, 1));
        check.Run(new Elu(0.75f), v => v < 0 ? 0.75 * (Math.Exp(v) - 1) : v);
        check.Run(new Selu(1.5f, 1.25f), v => 1.25 * (v < 0 ? 1.5 * (Math.Exp(v) - 1) : v));
        check.Run(new Celu(2), v => v < 0 ? 2 * (Math.Exp(v / 2) - 1) : v);
        check.Run(default(Gelu), v => v / 2 * (1 + Erf(v / Math.Sqrt(2))));
        check.Run(default(GeluTanh), v => v / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))));
        check.Run(new Swish(1.5f), v => v * Sigmoid(1.5 * v));
        check.Run(default(Mish), v => v * Math.Tanh(Math.Log(1 + Math.Exp(v))));
        check.Run(default(Softplus), v => Math.Log(1 + Math.Exp(v)));
        check.Run(default(Softsign), v => v / (1 + Math.Abs(v)));
    }

    /// <summary>f' by differences, exact to about 1e-9 for the functions above and |v| ≤ 30, kinks excepted.</summary>
    public static double Slope(Func<double, double> exact, double v) => (exact(v + 1e-5) - exact(v - 1e-5)) / 2e-5;

    private static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));

    /// <summary>2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), whose terms cancel beyond 4 where it is ±1 to 2e-8.</summary>
    private static double Erf(double x)
    {
        double power = x, sum = x;
        for (int n = 1; n < 100 && Math.Abs(x) <= 4; n++)
        {
            power *= -x * x / n;
            sum += power / ((2 * n) + 1);
        }

        return Math.Abs(x) <= 4 ? 2 / Math.Sqrt(Math.PI) * sum : Math.Sign(x);
    }
}
