using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>What decays ends at zero: no kernel has to compute with subnormal numbers afterwards. Normal results keep every bit.</summary>
public sealed class SubnormalTests
{
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Only_subnormal_lanes_change(VectorWidth width)
    {
        const uint SmallestNormal = 0x0080_0000;
        uint[] magnitudes = [0, 1, 2, 0x0040_0000, SmallestNormal - 1, SmallestNormal, SmallestNormal + 1, 0x3F80_0000, 0x7F7F_FFFF,
            0x7F80_0000, 0x7FC0_0000];
        float[] x = [.. magnitudes.Concat(magnitudes.Select(m => m | 0x8000_0000)).Select(BitConverter.UInt32BitsToSingle)];
        float[] y = Lanes.Map(width, default(ToZero), x);
        for (int i = 0; i < x.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(x[i]);
            uint expected = (bits & 0x7FFF_FFFF) < SmallestNormal ? bits & 0x8000_0000 : bits;
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(y[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Tails_of_a_softmax_are_normal_or_zero(VectorWidth width)
    {
        // 500 largest elements make every quotient of a small exponential smaller still.
        float[] x = [.. Enumerable.Range(0, 1600).Select(i => i < 500 ? 0 : -i / 15f)];
        foreach (int inner in new[] { 1, 16, 5 })
        {
            float[] all = [.. x.SelectMany(v => Enumerable.Repeat(v, inner))];
            using var source = GuardedBuffer<float>.From(all);
            using var target = new GuardedBuffer<float>(all.Length);
            Softmax.Run(width, source.Pointer, target.Pointer, 1, x.Length, inner);
            AssertNoSubnormals(target.Span);
            Assert.Contains(0f, target.Span.ToArray());
            Assert.InRange(target.Span.ToArray().Where(v => v > 0).Min(), Subnormal.SmallestNormal, 1e-36f);
        }
    }

    /// <summary>Half of the state is left after each step: 2⁻¹²⁶ is reached after 126 of them.</summary>
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void States_decay_to_zero(VectorWidth width)
    {
        const int Steps = 200, Hidden = 21;
        foreach (string cell in new[] { "Lstm", "Gru", "GruLinear", "Rnn" })
        {
            float[] y = Decay(width, cell, Steps, Hidden);
            AssertNoSubnormals(y);
            Assert.True(y[0] > 0);
            Assert.All(y[^Hidden..], v => Assert.Equal(0, v));
        }
    }

    private static float[] Decay(VectorWidth width, string cell, int steps, int hidden)
    {
        // Sums of the gates are 0, where a sigmoid is ½; an RNN's own product halves.
        int gates = cell == "Lstm" ? 4 : cell == "Rnn" ? 1 : 3, pitch = (hidden + 15) / 16 * 16;
        var identity = new float[hidden * hidden];
        for (int i = 0; cell == "Rnn" && i < hidden; i++)
        {
            identity[(i * hidden) + i] = 0.5f;
        }

        using var x = new GuardedBuffer<float>(steps * gates * hidden);
        using var r = GuardedBuffer<float>.From(cell == "Rnn" ? Packing.F32(identity, hidden, hidden) : new float[gates * hidden * pitch]);
        using var h = GuardedBuffer<float>.From([.. Enumerable.Repeat(0.75f, hidden)]);
        using var c = GuardedBuffer<float>.From([.. Enumerable.Repeat(cell == "GruLinear" ? 0 : 0.75f, hidden)]);
        using var y = new GuardedBuffer<float>(steps * hidden);
        using var sums = new GuardedBuffer<float>(gates * pitch);
        x.Span.Clear();
        var shape = new Shape(steps, 1, hidden);
        var states = new StatesF32(r.Pointer);
        var (gate, tanh, clip, every) = (default(Sigmoid), default(Tanh), default(Identity), default(EveryStep));
        switch (cell)
        {
            case "Lstm":
                Lstm.Run(width, shape, x.Pointer, states, h.Pointer, c.Pointer, y.Pointer, sums.Pointer, gate, tanh, tanh, clip,
                    default(NoPeepholes), every, reverse: false, coupled: false);
                break;
            case "Gru":
                Gru.Run(width, shape, x.Pointer, states, h.Pointer, c.Pointer, y.Pointer, sums.Pointer, gate, tanh, clip, every, false);
                break;
            case "GruLinear":
                GruLinear.Run(width, shape, x.Pointer, states, h.Pointer, c.Pointer, y.Pointer, sums.Pointer, gate, tanh, clip, every,
                    false);
                break;
            default:
                Rnn.Run(width, shape, x.Pointer, states, h.Pointer, y.Pointer, sums.Pointer, clip, clip, every, reverse: false);
                break;
        }

        return y.Span.ToArray();
    }

    private static void AssertNoSubnormals(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            Assert.False(float.IsSubnormal(value), $"{value:R}");
        }
    }

    private readonly record struct Shape(int Steps, int Batch, int Hidden) : IRecurrentShape;

    private readonly struct ToZero : IUnaryFunction
    {
        public V Invoke<V>(V x)
            where V : struct, IVectorF32<V> => Subnormal.ToZero(x);
    }
}
