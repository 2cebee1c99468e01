using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Activations against double precision: the error in units in the last place over all magnitudes, and the special values.</summary>
public sealed class FunctionTests
{
    /// <summary>Every sign, exponent and many significands: floats at an odd distance of bit patterns; then the special values.</summary>
    private static readonly float[] Arguments =
    [
        .. Enumerable.Range(0, 1 << 20).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 4093u)).Where(x => !float.IsNaN(x)),
        0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue,
        88.72283f, 88.72284f, -87.33654f, -87.33655f, -103.97208f, -103.97209f, 104, -104, 9.9999f, 10, 10.0001f, 0.5f, -0.5f, 1, -1, 3, -3, 6, -6,
    ];

    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Exp_is_within_two_units(InstructionSet set) => Check(set, default(Exp), Math.Exp, 2);

    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Sigmoid_is_within_three_units(InstructionSet set) => Check(set, default(Sigmoid), x => 1 / (1 + Math.Exp(-x)), 3);

    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Tanh_is_within_three_units(InstructionSet set) => Check(set, default(Tanh), Math.Tanh, 3);

    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Elu_is_within_three_units(InstructionSet set) => Check(set, new Elu(0.75f), x => x < 0 ? 0.75 * Expm1(x) : x, 3);

    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Simple_functions_are_exact(InstructionSet set)
    {
        Check(set, default(Identity), x => x, 0);
        Check(set, default(Neg), x => -x, 0);
        Check(set, default(Sqrt), x => MathF.Sqrt((float)x), 0);
        Check(set, default(Relu), x => x < 0 ? 0 : x, 0);
        Check(set, new LeakyRelu(0.01f), x => x < 0 ? 0.01f * (float)x : x, 0);
        Check(set, new Clip(-0.5f, 6), x => x < -0.5 ? -0.5 : x > 6 ? 6 : x, 0);
        Check(set, new Clip(float.NegativeInfinity, float.PositiveInfinity), x => x, 0);
        Check(set, new HardSigmoid(0.2f, 0.5f), x => Clamp(MathF.FusedMultiplyAdd(0.2f, (float)x, 0.5f)), 0);
        Check(set, default(HardSwish), x => (float)x * Clamp(MathF.FusedMultiplyAdd(1f / 6, (float)x, 0.5f)), 0);
    }

    private static float Clamp(float x) => x < 0 ? 0 : x > 1 ? 1 : x;

    /// <summary>eˣ - 1; below |x| = 0.01 by a Taylor polynomial with a relative error under 1e-12.</summary>
    private static double Expm1(double x) => Math.Abs(x) > 0.01 ? Math.Exp(x) - 1 : x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4 * (1 + (x / 5))))))));

    /// <summary>|f(x) - exact| ≤ <paramref name="units"/> units in the last place of the exact value; NaN, infinities and signs of zero as there.</summary>
    private static void Check<TFunction>(InstructionSet set, TFunction function, Func<double, double> exact, double units)
        where TFunction : struct, IUnaryFunction
    {
        var x = set == InstructionSet.Scalar ? [.. Arguments.Where((_, i) => i % 16 == 0 || i >= Arguments.Length - 40)] : Arguments;
        var y = Lanes.Map(set, function, x);
        double worst = 0;
        float[] some = [.. x.Where((_, i) => i % 64 == 0)];
        Assert.Equal(Lanes.Map(InstructionSet.Scalar, function, some), y.Where((_, i) => i % 64 == 0));
        for (int i = 0; i < x.Length; i++)
        {
            double truth = exact(x[i]);
            float rounded = (float)truth;
            if (BitConverter.SingleToInt32Bits(rounded) == BitConverter.SingleToInt32Bits(y[i]) || (float.IsNaN(rounded) && float.IsNaN(y[i])))
            {
                continue;
            }

            // The unit of subnormal results is that of the smallest normal ones.
            int exponent = Math.Max(Math.ILogB(truth), -126);
            double error = Math.Abs(y[i] - truth) / Math.ScaleB(1, exponent - 23);
            worst = Math.Max(worst, error);
            Assert.True(error <= units, $"{function.GetType().Name}({x[i]:R}) = {y[i]:R}, exactly {truth:R}: {error:F3} units");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{set} {function.GetType().Name}: at most {worst:F3} units in the last place");
    }
}
