using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// h ← x + h·R over three steps in every storage type of R, against loops that follow the arithmetic contract: every width must give their
/// very bits.
/// </summary>
public sealed unsafe class RecurrenceTests
{
    private const int Steps = 3;

    public static IEnumerable<(int Batch, int Hidden)> Sizes =>
        from batch in new[] { 1, 2, 3, 9 } from hidden in new[] { 1, 3, 15, 16, 17, 40, 130 } select (batch, hidden);

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void F32_is_the_sequential_fused_sum(VectorWidth width) => Check((batch, hidden, x, h) =>
    {
        float[] weights = [.. Numbers.Floats(hidden * hidden, hidden).Select(w => w / hidden)];
        using var r = GuardedBuffer<float>.From(Packing.F32(weights, hidden, hidden));
        return (Run(width, batch, hidden, x, h, new StatesF32(r.Pointer)), Expected(batch, hidden, x, h, row => Fused(row, weights)));
    });

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void BF16_is_the_sequential_fused_sum(VectorWidth width) => Check((batch, hidden, x, h) =>
    {
        float[] weights = [.. Numbers.BFloats(hidden * hidden, hidden).Select(w => w / 256)];
        using var r = GuardedBuffer<ushort>.From(Packing.BF16(weights, hidden, hidden));
        return (Run(width, batch, hidden, x, h, new StatesBF16(r.Pointer)), Expected(batch, hidden, x, h, row => Fused(row, weights)));
    });

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void F16_is_the_sequential_fused_sum(VectorWidth width) => Check((batch, hidden, x, h) =>
    {
        float[] weights = [.. Numbers.Floats(hidden * hidden, hidden).Select(w => (float)(Half)(w / 16))];
        using var r = GuardedBuffer<ushort>.From(Packing.F16(weights, hidden, hidden));
        return (Run(width, batch, hidden, x, h, new StatesF16(r.Pointer)), Expected(batch, hidden, x, h, row => Fused(row, weights)));
    });

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void S8_is_the_exact_sum_times_its_scale(VectorWidth width)
    {
        foreach (int maximum in new[] { 255, 127 })
        {
            Check((batch, hidden, x, h) => Bytes(width, batch, hidden, maximum, x, h));
        }
    }

    private static (float[] Actual, float[] Expected) Bytes(VectorWidth width, int batch, int hidden, int maximum, float[] x, float[] h)
    {
        const float Step = 0.02f;
        int zeroPoint = maximum / 2;
        sbyte[] weights = Numbers.Weights(hidden * hidden, hidden);
        int[] compensations = [.. Enumerable.Range(0, hidden).Select(n =>
            -zeroPoint * Enumerable.Range(0, hidden).Sum(k => weights[(k * hidden) + n]))];
        float[] scales = [.. Enumerable.Range(0, hidden).Select(n => Step / (127 * (hidden + n)))];
        using var r = GuardedBuffer<sbyte>.From(Packing.S8(weights, 1, hidden, hidden));
        using var compensation = GuardedBuffer<int>.From(Packing.Padded(compensations));
        using var scale = GuardedBuffer<float>.From(Packing.Padded(scales));
        using var quantized = new GuardedBuffer<byte>(batch * ((hidden + 3) / 4 * 4));
        var actual = Run(width, batch, hidden, x, h,
            new StatesS8(r.Pointer, compensation.Pointer, scale.Pointer, quantized.Pointer, Step, zeroPoint, maximum));
        quantized.Check();
        return (actual, Expected(batch, hidden, x, h, row =>
        {
            int[] stored = [.. row.Select(v => (int)Math.Clamp(MathF.Round(v / Step) + zeroPoint, 0, maximum))];
            return [.. Enumerable.Range(0, hidden)
                .Select(n => (stored.Select((value, k) => value * weights[(k * hidden) + n]).Sum() + compensations[n]) * scales[n])];
        }));
    }

    private static void Check(Func<int, int, float[], float[], (float[] Actual, float[] Expected)> run)
    {
        foreach (var (batch, hidden) in Sizes)
        {
            var (actual, expected) = run(batch, hidden, Numbers.Floats(Steps * batch * hidden, batch), Numbers.Floats(batch * hidden, 7));
            Assert.Equal(expected, actual);
        }
    }

    private static float[] Run<TProduct>(VectorWidth width, int batch, int hidden, float[] x, float[] h, TProduct r)
        where TProduct : struct, IStateProduct
    {
        using var input = GuardedBuffer<float>.From(x);
        using var state = GuardedBuffer<float>.From(h);
        using var y = new GuardedBuffer<float>(x.Length);
        using var sums = new GuardedBuffer<float>(batch * ((hidden + 15) / 16 * 16));
        Rnn.Run(width, new Shape(Steps, batch, hidden), input.Pointer, r, state.Pointer, y.Pointer, sums.Pointer, default(Identity),
            default(Identity), default(EveryStep), reverse: false);
        state.Check();
        y.Check();
        sums.Check();
        Assert.Equal(y.Span[^(batch * hidden)..], state.Span);
        return y.Span.ToArray();
    }

    private static float[] Expected(int batch, int hidden, float[] x, float[] h, Func<float[], float[]> product)
    {
        var y = new float[x.Length];
        var rows = Enumerable.Range(0, batch).Select(b => h[(b * hidden)..((b + 1) * hidden)]).ToArray();
        for (int i = 0; i < Steps * batch; i++)
        {
            float[] sums = product(rows[i % batch]);
            rows[i % batch] = [.. sums.Select((sum, n) => x[(i * hidden) + n] + sum)];
            rows[i % batch].CopyTo(y, i * hidden);
        }

        return y;
    }

    private static float[] Fused(float[] row, float[] weights) =>
        [.. Enumerable.Range(0, row.Length)
            .Select(n => row.Select((v, k) => (v, W: weights[(k * row.Length) + n]))
            .Aggregate(0f, (sum, t) => MathF.FusedMultiplyAdd(t.v, t.W, sum)))];

    private readonly record struct Shape(int Steps, int Batch, int Hidden) : IRecurrentShape;
}
