using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Attention against double precision, and against its parts, each of which has tests of its own: equal to the bit, also in bytes.
/// </summary>
public sealed unsafe class AttentionTests
{
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 1, 1, 1 }, { 2, 3, 5, 7 }, { 7, 16, 4, 16 }, { 31, 17, 8, 32 }, { 32, 64, 32, 24 }, { 33, 33, 33, 33 }, { 70, 130, 12, 10 },
        { 65, 15, 64, 8 }, { 3, 300, 16, 40 }, { 40, 4500, 3, 2 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Floats_agree_with_double_precision_and_with_their_parts(int rows, int keys, int depth, int width)
    {
        foreach (int maskRow in new[] { -1, 0, keys })
        {
            using var operands = new Operands(rows, keys, depth, width, maskRow);
            operands.Run(default(FloatAttention), default(FloatAttention));
            operands.Compare();
            Assert.Equal(operands.Parts(null, null), operands.Result);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Bytes_are_those_of_their_parts(int rows, int keys, int depth, int width)
    {
        foreach (int maximum in new[] { 127, 255 })
        {
            Codes scores = new(2f / maximum, maximum / 2, maximum, 0.0101f), mixed = new(1f / maximum, 0, maximum, 0.0089f);
            using var operands = new Operands(rows, keys, depth, width, keys);
            operands.Run(scores.Product, mixed.Product);
            Assert.Equal(operands.Parts(scores, mixed), operands.Result);
            operands.Run(scores.Product, default(FloatAttention));
            Assert.Equal(operands.Parts(scores, null), operands.Result);
            operands.Run(default(FloatAttention), mixed.Product);
            Assert.Equal(operands.Parts(null, mixed), operands.Result);
        }
    }

    [Fact]
    public void Nothing_and_no_keys_are_allowed()
    {
        using var operands = new Operands(5, 0, 4, 6, -1);
        operands.Run(default(FloatAttention), new Codes(1, 0, 255, 1).Product);
        Assert.All(operands.Result, v => Assert.Equal(0, v));
        foreach (var (rows, width) in new[] { (0, 6), (5, 0) })
        {
            using var none = new Operands(rows, 3, 4, width, 0);
            none.Run(default(FloatAttention), default(FloatAttention));
        }
    }

    [Fact]
    public void Too_little_room_is_refused()
    {
        using var operands = new Operands(5, 6, 4, 3, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => operands.Run(default(FloatAttention), default(FloatAttention), less: 64));
    }

    private sealed record Codes(float Scale, int ZeroPoint, int Maximum, float RhsScale)
    {
        public ByteAttention Product => new(Scale, ZeroPoint, Maximum, RhsScale);
    }

    /// <summary>Two sequences of three heads side by side, as they are before their dimensions are exchanged.</summary>
    private sealed class Operands : IDisposable
    {
        private const int Sequences = 2, Heads = 3;

        private readonly int _rows, _keys, _depth, _width, _maskRow;
        private readonly GuardedBuffer<float> _q, _k, _v, _mask, _y;

        /// <param name="maskRow">Elements from row to row of the mask; negative: there is none.</param>
        public Operands(int rows, int keys, int depth, int width, int maskRow)
        {
            (_rows, _keys, _depth, _width, _maskRow) = (rows, keys, depth, width, maskRow);
            _q = GuardedBuffer<float>.From(Numbers.Floats(Sequences * rows * Heads * depth, 1));
            _k = GuardedBuffer<float>.From(Numbers.Floats(Sequences * keys * Heads * depth, 2));
            _v = GuardedBuffer<float>.From(Numbers.Floats(Sequences * keys * Heads * width, 3));
            float[] mask = Numbers.Floats(maskRow == 0 ? keys : rows * keys, 4);
            for (int i = 0; i < mask.Length && maskRow > 0; i++)
            {
                // The later keys of a row are hidden, two of them with the largest number there is.
                int row = i / keys, key = i % keys;
                mask[i] = key <= row ? mask[i] : key % 5 == 0 ? float.MinValue : float.NegativeInfinity;
            }

            _mask = GuardedBuffer<float>.From(mask);
            _y = new(Sequences * rows * Heads * width);
        }

        public float[] Result => _y.Span.ToArray();

        public void Run<TScores, TMixed>(TScores scores, TMixed mixed, int less = 0)
            where TScores : struct, IAttentionProduct
            where TMixed : struct, IAttentionProduct
        {
            _y.Span.Clear();
            int padded = PanelLayout.PaddedColumns(_keys);
            int bytes = Aligned(scores.RoomBytes(_depth, _keys)) + Aligned(mixed.RoomBytes(_keys, _width))
                + (Attention.BlockRows * padded * sizeof(float));
            using var room = new GuardedBuffer<byte>(Sequences * Heads * bytes);
            AttentionOperand q = Operand(_q, _rows, _depth), v = Operand(_v, _keys, _width), y = Operand(_y, _rows, _width);
            var k = new AttentionOperand(_k.Pointer, _keys * Heads * _depth, _depth, 1, Heads * _depth);
            if (_maskRow < 0)
            {
                Attention.Run(Sequences, Heads, _rows, _keys, _depth, _width, q, k, v, y, scores, mixed, room.Pointer, bytes - less);
            }
            else
            {
                Attention.Masked(Sequences, Heads, _rows, _keys, _depth, _width, q, k, new(_mask.Pointer, 0, 0, _maskRow, 1), v, y, scores,
                    mixed, room.Pointer, bytes - less);
            }

            room.Check();
            _y.Check();
        }

        /// <summary>Copies of each head, and one kernel after another.</summary>
        public float[] Parts(Codes? scores, Codes? mixed)
        {
            var result = new float[_y.Length];
            for (int i = 0; i < Sequences * Heads; i++)
            {
                float[] q = Head(_q, i, _rows, _depth), k = Head(_k, i, _keys, _depth), v = Head(_v, i, _keys, _width);
                float[] transposed = [.. Enumerable.Range(0, _depth * _keys).Select(e => k[(e % _keys * _depth) + (e / _keys)])];
                float[] s = Product(q, transposed, _rows, _keys, _depth, scores);
                for (int e = 0; e < s.Length && _maskRow >= 0; e++)
                {
                    s[e] += _mask.Span[(e / _keys * _maskRow) + (e % _keys)];
                }

                using var x = GuardedBuffer<float>.From(s);
                Softmax.Run(x.Pointer, x.Pointer, _rows, _keys, 1);
                float[] mixture = Product(x.Span.ToArray(), v, _rows, _width, _keys, mixed);
                for (int e = 0; e < mixture.Length; e++)
                {
                    result[Place(i, e / _width, e % _width, _rows, _width)] = mixture[e];
                }
            }

            return result;
        }

        public void Compare()
        {
            for (int i = 0; i < Sequences * Heads; i++)
            {
                float[] q = Head(_q, i, _rows, _depth), k = Head(_k, i, _keys, _depth), v = Head(_v, i, _keys, _width);
                for (int row = 0; row < _rows; row++)
                {
                    double[] s = [.. Enumerable.Range(0, _keys).Select(key =>
                        Enumerable.Range(0, _depth).Sum(d => (double)q[(row * _depth) + d] * k[(key * _depth) + d])
                        + (_maskRow < 0 ? 0 : _mask.Span[(row * _maskRow) + key]))];
                    double largest = s.Max();
                    double[] e = [.. s.Select(x => Math.Exp(x - largest))];
                    double sum = e.Sum();
                    for (int column = 0; column < _width; column++)
                    {
                        double expected = Enumerable.Range(0, _keys).Sum(key => e[key] / sum * v[(key * _width) + column]);

                        // Values are below 1, and weights sum to 1; a score is off by some 2⁻²⁴ of its sum's terms.
                        Assert.InRange(_y.Span[Place(i, row, column, _rows, _width)], expected - 1e-5, expected + 1e-5);
                    }
                }
            }
        }

        public void Dispose()
        {
            _q.Dispose();
            _k.Dispose();
            _v.Dispose();
            _mask.Dispose();
            _y.Dispose();
        }

        private static float[] Product(float[] a, float[] b, int m, int n, int k, Codes? codes)
        {
            using var lhs = GuardedBuffer<float>.From(a);
            using var rhs = GuardedBuffer<float>.From(b);
            using var y = new GuardedBuffer<float>(m * n);
            if (codes is null)
            {
                MatMul.F32(m, n, k, lhs.Pointer, rhs.Pointer, y.Pointer, [], [], []);
                return y.Span.ToArray();
            }

            using var bytes = new GuardedBuffer<byte>(m * PanelLayout.PaddedDepth(k));
            using var panels = new GuardedBuffer<sbyte>((int)PanelLayout.LengthS8(PanelLayout.ByteGroups(k), n));
            using var compensation = new GuardedBuffer<int>(PanelLayout.PaddedColumns(n));
            bytes.Span.Clear();
            Quantize.Run(lhs.Pointer, bytes.Pointer, m, k, codes.Scale, codes.ZeroPoint, codes.Maximum);
            MatMul.U8S8(m, n, k, bytes.Pointer, rhs.Pointer, y.Pointer, [], [], [], n, 1, codes.ZeroPoint, codes.RhsScale,
                codes.Scale * codes.RhsScale, panels.Pointer, compensation.Pointer);
            return y.Span.ToArray();
        }

        private static AttentionOperand Operand(GuardedBuffer<float> buffer, int rows, int columns) =>
            new(buffer.Pointer, rows * Heads * columns, columns, Heads * columns, 1);

        private static int Aligned(nint bytes) => (int)((bytes + 63) & -64);

        private static int Place(int item, int row, int column, int rows, int columns) =>
            ((((item / Heads * rows) + row) * Heads) + (item % Heads)) * columns + column;

        private static float[] Head(GuardedBuffer<float> buffer, int item, int rows, int columns) =>
            [.. Enumerable.Range(0, rows * columns).Select(e => buffer.Span[Place(item, e / columns, e % columns, rows, columns)])];
    }
}
