using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Activations against double precision: the error in units in the last place over all magnitudes, and the special values.
/// </summary>
public sealed class FunctionTests
{
    /// <summary>Every sign, exponent and many significands: floats at an odd distance of bit patterns; then the special values.</summary>
    private static readonly float[] Arguments =
    [
        .. Enumerable.Range(0, 1 << 20).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 4093u)).Where(x => !float.IsNaN(x)),
        0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue,
        88.72283f, 88.72284f, -87.33654f, -87.33655f, -103.97208f, -103.97209f, 104, -104, 9.9999f, 10, 10.0001f, 0.5f, -0.5f, 1, -1, 3,
            -3, 6, -6,
    ];

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Exp_is_within_two_units(VectorWidth width) => Check(width, default(Exp), x => WithoutSubnormals(Math.Exp(x)), 2);

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Sigmoid_is_within_three_units(VectorWidth width) => 
        Check(width, default(Sigmoid), x => WithoutSubnormals(1 / (1 + Math.Exp(-x))), 3);

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Tanh_is_within_three_units(VectorWidth width) => Check(width, default(Tanh), Math.Tanh, 3);

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Elu_is_within_three_units(VectorWidth width) => Check(width, new Elu(0.75f), x => x < 0 ? 0.75 * Expm1(x) : x, 3);

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Erf_is_within_four_units(VectorWidth width) => Check(width, default(Erf), Erf, 4);

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Softplus_is_rounded_once(VectorWidth width) =>
        Check(width, default(Softplus), x => WithoutSubnormals(Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)))), 1);

    /// <summary>Where x cancels nothing the error is that of erf; below 0 it is relative to x, for 1 + erf loses digits there.</summary>
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Smooth_activations_follow_their_definition(VectorWidth width)
    {
        float[] x = [.. Enumerable.Range(-4000, 8001).Select(i => i / 100f)];
        Near(default(Gelu), v => v / 2 * (1 + Erf(v / Math.Sqrt(2))));
        Near(default(GeluTanh), v => v / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))));
        Near(new Swish(1), v => v / (1 + Math.Exp(-v)));
        Near(new Swish(1.702f), v => v / (1 + Math.Exp(-1.702f * v)));
        Near(default(Mish), v => v * Math.Tanh(Math.Log(1 + Math.Exp(v))));
        Near(default(Softsign), v => v / (1 + Math.Abs(v)));
        Near(new Celu(2), v => v < 0 ? 2 * (Math.Exp(v / 2) - 1) : v);
        Near(new Selu(1.5f, 1.25f), v => 1.25 * (v < 0 ? 1.5 * (Math.Exp(v) - 1) : v));
        void Near<TFunction>(TFunction function, Func<double, double> exact)
            where TFunction : struct, IUnaryFunction
        {
            float[] y = Lanes.Map(width, function, x);
            Assert.Equal(Lanes.Map(VectorWidth.Scalar, function, x), y);
            Assert.All(x.Zip(y), p =>
                Assert.True(Math.Abs(p.Second - exact(p.First)) <= 8 / 16777216.0 * Math.Max(1, Math.Abs(p.First)),
                $"{typeof(TFunction).Name}({p.First:R}) = {p.Second:R}, exactly {exact(p.First):R}"));
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Simple_functions_are_exact(VectorWidth width)
    {
        Check(width, default(Identity), x => x, 0);
        Check(width, default(Neg), x => -x, 0);
        Check(width, default(Abs), Math.Abs, 0);
        Check(width, default(Ceil), Math.Ceiling, 0);
        Check(width, default(Floor), Math.Floor, 0);
        Check(width, default(Round), x => Math.Round(x, MidpointRounding.ToEven), 0);
        Check(width, default(Reciprocal), x => 1 / (float)x, 0);
        Check(width, default(Sign), x => double.IsNaN(x) ? x : Math.Sign(x), 0);
        Check(width, new ThresholdedRelu(0.5f), x => x > 0.5 ? x : 0, 0);
        Check(width, new Shrink(0.5f, 0.25f), x => x > 0.5 ? (float)x - 0.25f : x < -0.5 ? (float)x + 0.25f : 0, 0);
        Check(width, default(Sqrt), x => MathF.Sqrt((float)x), 0);
        Check(width, default(Relu), x => x < 0 ? 0 : x, 0);
        Check(width, new LeakyRelu(0.01f), x => x < 0 ? 0.01f * (float)x : x, 0);
        Check(width, new Clip(-0.5f, 6), x => x < -0.5 ? -0.5 : x > 6 ? 6 : x, 0);
        Check(width, new Clip(float.NegativeInfinity, float.PositiveInfinity), x => x, 0);
        Check(width, new HardSigmoid(0.2f, 0.5f), x => Clamp(MathF.FusedMultiplyAdd(0.2f, (float)x, 0.5f)), 0);
        Check(width, default(HardSwish), x => (float)x * Clamp(MathF.FusedMultiplyAdd(1f / 6, (float)x, 0.5f)), 0);
    }

    /// <summary>2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)); beyond 4 it rounds to ±1.</summary>
    private static double Erf(double x)
    {
        double power = x, sum = x;
        for (int n = 1; n < 100 && Math.Abs(x) <= 4; n++)
        {
            power *= -x * x / n;
            sum += power / ((2 * n) + 1);
        }

        return Math.Abs(x) <= 4 ? 2 / Math.Sqrt(Math.PI) * sum : double.IsNaN(x) ? x : Math.Sign(x);
    }

    /// <summary>ln(1 + x); for small x by its series.</summary>
    private static double Log1p(double x) => x > 1e-3 ? Math.Log(1 + x) : x * (1 - (x / 2 * (1 - (x * 2 / 3 * (1 - (x * 3 / 4))))));

    /// <summary>What decays below the smallest normal number is 0 (docs/decisions/0610).</summary>
    private static double WithoutSubnormals(double y) => y < Math.ScaleB(1, -126) ? 0 : y;

    private static float Clamp(float x) => x < 0 ? 0 : x > 1 ? 1 : x;

    /// <summary>eˣ - 1; below |x| = 0.01 by a Taylor polynomial with a relative error under 1e-12.</summary>
    private static double Expm1(double x) =>
        Math.Abs(x) > 0.01 ? Math.Exp(x) - 1 : x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4 * (1 + (x / 5))))))));

    /// <summary>
    /// |f(x) - exact| ≤ <paramref name="units"/> units in the last place of the exact value; NaN, infinities and signs of zero as there.
    /// </summary>
    private static void Check<TFunction>(VectorWidth width, TFunction function, Func<double, double> exact, double units)
        where TFunction : struct, IUnaryFunction
    {
        var x = width == VectorWidth.Scalar ? [.. Arguments.Where((_, i) => i % 16 == 0 || i >= Arguments.Length - 40)] : Arguments;
        var y = Lanes.Map(width, function, x);
        double worst = 0;
        float[] some = [.. x.Where((_, i) => i % 64 == 0)];
        Assert.Equal(Lanes.Map(VectorWidth.Scalar, function, some), y.Where((_, i) => i % 64 == 0));
        for (int i = 0; i < x.Length; i++)
        {
            double truth = exact(x[i]);
            float rounded = (float)truth;
            if (BitConverter.SingleToInt32Bits(rounded) == BitConverter.SingleToInt32Bits(y[i])
                || (float.IsNaN(rounded) && float.IsNaN(y[i])))
            {
                continue;
            }

            // The unit of subnormal results is that of the smallest normal ones.
            int exponent = Math.Max(Math.ILogB(truth), -126);
            double error = Math.Abs(y[i] - truth) / Math.ScaleB(1, exponent - 23);
            worst = Math.Max(worst, error);
            Expect.True(error <= units, $"{function.GetType().Name}({x[i]:R}) = {y[i]:R}, exactly {truth:R}: {error:F3} units");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{width} {function.GetType().Name}: at most {worst:F3} units in the last place");
    }
}
