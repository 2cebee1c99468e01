using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Products in two passes against the definition in double precision. Codes and weights of the two passes are independent of each other, so
/// that it shows which pass a component is of.
/// </summary>
public sealed unsafe class TwoPassTests
{
    private const float Everything = 0, Nothing = float.MaxValue;

    private static string Preferred => ByteKernels.Family.Choose().Identity;

    private static IEnumerable<Size> Sizes =>
        from m in new[] { 1, 2, 7 }
        from n in new[] { 1, 3, 15, 16, 17, 31, 67 }
        select new Size(m, n, new[] { 1, 3, 5, 8, 15, 16, 17, 31, 33, 64, 100 }[((5 * m) + n) % 11]);

    [Theory]
    [MemberData(nameof(Rows.AnyBytes), MemberType = typeof(Rows))]
    public void Components_are_of_the_pass_that_their_condition_asks_for(string kernel) => Activations.Each(new AgainstDefinition(kernel));

    [Theory]
    [MemberData(nameof(Rows.AnyBytes), MemberType = typeof(Rows))]
    public void Sums_of_the_second_pass_are_16_that_are_joined_in_halves(string kernel)
    {
        foreach (var size in Sizes)
        {
            using var operands = new TwoPassOperands(size, 1);
            float[] y = operands.Run(kernel, Exactness.Any, Everything, 0, default(Identity), out long flagged);
            Assert.Equal(y.Length, flagged);
            Assert.Equal(y, operands.Run(kernel, Exactness.Any, Everything, 0, default(Identity), out _, narrow: true));
            for (int i = 0; i < y.Length; i++)
            {
                var partial = new float[16];
                for (int k = 0; k < size.K; k++)
                {
                    partial[k % 16] = MathF.FusedMultiplyAdd(operands.X[(i / size.N * size.K) + k], operands.Weight(k, i % size.N),
                        partial[k % 16]);
                }

                for (int half = 8; half > 0; half /= 2)
                {
                    for (int lane = 0; lane < half; lane++)
                    {
                        partial[lane] += partial[lane + half];
                    }
                }

                Assert.Equal(partial[0] + operands.Bias[i % size.N], y[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.BytesWithoutProof), MemberType = typeof(Rows))]
    public void All_kernels_give_the_same_bits_and_bytes(string kernel)
    {
        const string Scalar = "gemm_u8_s8_i32_6x2_scalar";
        foreach (var size in Sizes)
        {
            using var operands = new TwoPassOperands(size, 2, highest: 127);
            foreach (float tolerance in new[] { Everything, 4, 20, Nothing })
            {
                float[] expected = operands.Run(Scalar, Exactness.SevenBit, tolerance, 0.1f, default(Tanh), out long count);
                Assert.Equal(expected, operands.Run(kernel, Exactness.SevenBit, tolerance, 0.1f, default(Tanh), out long same));
                Assert.Equal(count, same);
                Assert.Equal(operands.RunBytes(Scalar, tolerance, default(Relu)), operands.RunBytes(kernel, tolerance, default(Relu)));
            }
        }
    }

    [Fact]
    public void A_guard_takes_what_may_be_positive_and_leaves_what_is_safely_negative()
    {
        var size = new Size(1, 200, 60);
        using var operands = new TwoPassOperands(size, 3);
        float[] low = operands.Run(Preferred, Exactness.Any, Nothing, 0, default(Identity), out _);
        const float Guard = 0.03f;
        operands.Run(Preferred, Exactness.Any, Nothing, 0, default(Relu), out long none);
        operands.Run(Preferred, Exactness.Any, Nothing, Guard, default(Relu), out long near);
        operands.Run(Preferred, Exactness.Any, Everything, Guard, default(Relu), out long all);
        int guarded = low.Index().Count(v => v.Item <= 0 && v.Item > -Guard * operands.Numerator(v.Index)),
            positive = low.Count(v => v > 0);
        Assert.InRange(guarded, 1, size.N - positive - 1);
        Assert.Equal([0, guarded, positive + guarded], [none, near, all]);
    }

    internal readonly record struct Size(int M, int N, int K) : IGemmShape;

    private sealed class AgainstDefinition(string kernel) : IActivationCheck
    {
        /// <summary>The test itself is rounded: components this near to the tolerance may be of either pass.</summary>
        private const double Borderline = 1e-3;

        public void Run<TActivation>(TActivation activation, Func<double, double> exact)
            where TActivation : struct, IDifferentiable
        {
            long recomputed = 0, kept = 0;
            foreach (var size in Sizes)
            {
                using var operands = new TwoPassOperands(size, size.N);
                foreach (float tolerance in new[] { Everything, 3, Nothing })
                {
                    float[] y = operands.Run(kernel, Exactness.Any, tolerance, 0, activation, out long flagged);
                    int most = 0, least = 0;
                    for (int i = 0; i < y.Length; i++)
                    {
                        double low = operands.Low(i), condition = Math.Abs(Activations.Slope(exact, low)) * operands.Numerator(i),
                            limit = tolerance * Math.Abs(exact(low));
                        bool may = condition >= limit * (1 - Borderline), must = condition > (limit * (1 + Borderline)) + 1e-6;
                        most += may ? 1 : 0;
                        least += must ? 1 : 0;
                        bool isHigh = IsNear(y[i], exact, operands.High(i), operands.HighError(i)), isLow = IsNear(y[i], exact, low, 0);
                        Expect.True(must ? isHigh : may ? isHigh || isLow : isLow, $"{typeof(TActivation).Name} {size}, tolerance {tolerance}, component {i}: {y[i]}, first pass {exact(low)}, second {exact(operands.High(i))}");
                    }

                    Assert.InRange(flagged, least, most);
                    recomputed += tolerance == 3 ? flagged : 0;
                    kept += tolerance == 3 ? y.Length - flagged : 0;
                }
            }

            Expect.True(recomputed > 0 && kept > 0, $"{typeof(TActivation).Name}: {recomputed} of the second pass, {kept} of the first");
        }

        /// <summary>Activations are within 8 roundings of numbers up to |v|, and no steeper than 1.5.</summary>
        private static bool IsNear(float y, Func<double, double> exact, double v, double error) =>
            Math.Abs(y - exact(v)) <= (8 * Math.ScaleB(Math.Max(1, Math.Abs(v)), -24)) + (1.5 * error);
    }
}
