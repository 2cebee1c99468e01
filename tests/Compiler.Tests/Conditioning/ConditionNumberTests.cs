using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Graphs;
using Xunit;

namespace MixPrec.Compiler.Tests.Conditioning;

public sealed class ConditionNumberTests
{
    /// <summary>Of two sets of probabilities that add up to 1, each some ten roundings old.</summary>
    private const double Rounding = 20 * 1.2e-16;

    private static readonly UnaryFunction[] Fused =
    [
        new(UnaryKind.Relu), new(UnaryKind.LeakyRelu, 0.1f), UnaryFunction.Clip(0, 6), UnaryFunction.Clip(-1, 2),
            new(UnaryKind.ThresholdedRelu, 0.5f),
        new(UnaryKind.Sigmoid), new(UnaryKind.Tanh), new(UnaryKind.HardSigmoid, 0.2f, 0.5f), new(UnaryKind.HardSwish), new(UnaryKind.Gelu),
            new(UnaryKind.GeluTanh),
        new(UnaryKind.Elu, 1.5f), new(UnaryKind.Selu, 1.67f, 1.05f), new(UnaryKind.Celu, 2), new(UnaryKind.Softplus),
            new(UnaryKind.Softsign), new(UnaryKind.Mish), new(UnaryKind.Swish, 1.5f),
    ];

    public static TheoryData<int> Functions => [.. Enumerable.Range(0, Fused.Length)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void ActivationsAgreeWithFiniteDifferences(int index)
    {
        var function = Fused[index];
        for (int i = -400; i <= 400; i++)
        {
            // Off the kinks, which lie at multiples of 0.5; beyond −4 the reference values of GELU lose their digits.
            double v = (i * 0.01) + 0.003;
            AssertNear(FiniteDifference(function.Evaluate, v), ActivationCondition.At(function, v), $"{function} at {v}");
        }
    }

    [Fact]
    public void SiLUAgreesWithFiniteDifferences()
    {
        for (int i = -400; i <= 400; i++)
        {
            double v = (i * 0.02) + 0.003;
            AssertNear(FiniteDifference(x => x / (1 + Math.Exp(-x)), v), ActivationCondition.SiLU(v), $"at {v}");
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void EveryFiniteFloatHasACondition(int index)
    {
        foreach (double size in new[] { 0, float.Epsilon, 1e-30, 1e-8, 1, 36.9, 37.1, 90, 700, 750, 1e10, 1e30, float.MaxValue })
        {
            Assert.InRange(ActivationCondition.At(Fused[index], size), 0, double.MaxValue);
            Assert.InRange(ActivationCondition.At(Fused[index], -size), 0, double.MaxValue);
            Assert.InRange(ActivationCondition.SiLU(-size), 0, double.MaxValue);
        }
    }

    [Theory]
    [InlineData((int)UnaryKind.Tanh, 0, 1)]
    [InlineData((int)UnaryKind.Tanh, 1e9, 0)]
    [InlineData((int)UnaryKind.Sigmoid, 1e9, 0)]
    [InlineData((int)UnaryKind.Sigmoid, -1e9, 1e9)]
    [InlineData((int)UnaryKind.Softplus, -1e9, 1e9)]
    [InlineData((int)UnaryKind.Softplus, 1e9, 1)]
    [InlineData((int)UnaryKind.Mish, -1e9, 1e9 - 1)]
    [InlineData((int)UnaryKind.Gelu, 0, 1)]
    [InlineData((int)UnaryKind.Gelu, 1e9, 1)]
    [InlineData((int)UnaryKind.GeluTanh, 1e9, 1)]
    [InlineData((int)UnaryKind.HardSwish, 1e9, 1)]
    [InlineData((int)UnaryKind.Softsign, 0, 1)]
    public void LimitsAreReached(int kind, double v, double expected) =>
        Assert.Equal(expected, ActivationCondition.At(new UnaryFunction((UnaryKind)kind), v), Math.Max(1, Math.Abs(expected)) * 1e-12);

    [Fact]
    public void LowerTailOfGeluFollowsItsAsymptote()
    {
        // v·φ/Φ = −(v² + 1 − 2/v² + O(v⁻⁴)) for v → −∞.
        Assert.Equal(900 - (2 / 900.0), ActivationCondition.At(new UnaryFunction(UnaryKind.Gelu), -30), 10 / 810000.0);
        // Both sides of the place where the formula changes.
        double above = ActivationCondition.At(new UnaryFunction(UnaryKind.Gelu), -3 + 1e-9),
            below = ActivationCondition.At(new UnaryFunction(UnaryKind.Gelu), -3 - 1e-9);
        Assert.Equal(above, below, 1e-6);
    }

    /// <summary>
    /// With |e| ≤ ε the logarithm of p_i moves by e_i − Σ p_k·e_k but for ε²/2, and p_i by that but for (2ε)²/2 of itself: what is of
    /// second order stays below 4ε² in all.
    /// </summary>
    [Fact]
    public void ErrorsOfScoresStayBelowTheirBoundAndOneAloneAttainsIt()
    {
        var random = new Random(4);
        const double size = 1e-6, secondOrder = 4 * size * size;
        for (int trial = 0; trial < 100; trial++)
        {
            double[] v = [.. Enumerable.Range(0, 10).Select(_ => random.NextDouble() * 8)],
                e = [.. v.Select(_ => (random.NextDouble() - 0.5) * 2 * size)];
            double[] bounds = [.. Softmax(v).Select(ActivationCondition.Score)];
            Assert.True(Moved(v, e) <= bounds.Zip(e, (b, x) => b * Math.Abs(x)).Sum() + secondOrder + Rounding);
            for (int j = 0; j < v.Length; j++)
            {
                double[] alone = [.. v.Select((_, k) => k == j ? size : 0)];
                Assert.Equal(bounds[j] * size, Moved(v, alone), secondOrder + Rounding);
            }

            // Two scores attain it with errors of opposite signs.
            double[] pair = v[..2];
            Assert.Equal(Softmax(pair).Sum(ActivationCondition.Score) * size, Moved(pair, [size, -size]), secondOrder + Rounding);
        }
    }

    [Fact]
    public void ConditionOfASumIsItsErrorMagnification()
    {
        Assert.Equal(5, ProductCondition.At(null, 2, 10));
        Assert.Equal(double.PositiveInfinity, ProductCondition.At(null, 0, 10));
        Assert.Equal(0, ProductCondition.At(null, 0, 0));
        Assert.Equal(0, ProductCondition.At(new UnaryFunction(UnaryKind.Relu), 0, 10));
        Assert.Equal(double.PositiveInfinity, ProductCondition.At(new UnaryFunction(UnaryKind.Tanh), 0, 10));
    }

    private static double[] Softmax(double[] v) => [.. v.Select(x => Math.Exp(x) / v.Sum(Math.Exp))];

    /// <summary>Σ_i |Δp_i|.</summary>
    private static double Moved(double[] v, double[] errors) => Softmax([.. v.Zip(errors, (a, b) => a + b)])
        .Zip(Softmax(v), (a, b) => Math.Abs(a - b)).Sum();

    private static double FiniteDifference(Func<double, double> f, double v)
    {
        const double h = 1e-4;
        double slope = (f(v + h) - f(v - h)) / (2 * h);
        return slope == 0 ? 0 : Math.Abs(v * slope / f(v));
    }

    /// <summary>
    /// h²·|v·φ'''/(6φ)| of the differences, at most some 100·h² on the range, and rounding 1e-12/h of the reference relative to |φ| ≥ 1e-4.
    /// </summary>
    private static void AssertNear(double expected, double actual, string where) =>
        Assert.True(Math.Abs(expected - actual) <= 2e-5 * Math.Max(1, expected), $"{where}: {expected} by differences, {actual}");
}
