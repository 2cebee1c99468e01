using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Bytes from and to floats: clamp(rint(x / scale) + zeroPoint, 0, max), over ties, both ends of the range and special values.
/// </summary>
public sealed unsafe class QuantizeTests
{
    private static readonly float[] Special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, float.MaxValue,
        float.MinValue, float.Epsilon, 1e30f, -1e30f];

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Quantize_rounds_ties_to_even_and_saturates(VectorWidth width)
    {
        foreach (var (scale, zeroPoint, max) in new[] { (0.5f, 0, 255), (0.1f, 128, 255), (0.037f, 255, 255), (0.25f, 63, 127),
            (3f, 17, 127) })
        {
            // Quarters of a step around every code, so halves too, and random values beyond both ends.
            float[] values =
            [
                .. Enumerable.Range(-1200, 2400).Select(i => i * 0.25f * scale), .. Special,
                .. Numbers.Floats(1000, 5).Select(value => value * 300 * scale),
            ];
            foreach (int columns in new[] { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 19, 31, 33, 70 })
            {
                int rows = values.Length / columns, stride = (columns + 3) / 4 * 4;
                using var x = GuardedBuffer<float>.From(values.AsSpan(0, rows * columns));
                using var y = new GuardedBuffer<byte>(rows * stride);
                y.Span.Fill(0xEE);
                Quantize.Run(width, x.Pointer, y.Pointer, rows, columns, scale, zeroPoint, max);
                y.Check();
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        float value = values[(row * columns) + column];
                        int code = y.Span[(row * stride) + column];
                        Expect.True(Code(value, scale, zeroPoint, max) == code, $"{value:R} / {scale} + {zeroPoint}: {code}");
                    }

                    Assert.Equal(-1, y.Span.Slice((row * stride) + columns, stride - columns).IndexOfAnyExcept((byte)0xEE));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Pairs_are_rounded_to_even_and_filled_up_with_zero(VectorWidth width)
    {
        // Ties and their neighbours, beside powers of two also, overflow, and numbers too small to be normal.
        float[] values = [.. Special, .. Numbers.Floats(500, 6),
            .. from bits in new[] { 0x3F80_8000u, 0x3F81_8000u, 0x3FFF_8000u, 0xBF80_7FFFu, 0x7F7F_8000u, 0x7F7F_7FFFu, 0x0080_8000u,
                0x007F_FFFFu, 0x8000_0001u, 0x7F80_0001u, 0xFFFF_FFFFu }
               from offset in new[] { -1, 0, 1 }
               select BitConverter.UInt32BitsToSingle((uint)(bits + offset))];
        foreach (int columns in new[] { 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 31, 33 })
        {
            int rows = values.Length / columns, pitch = (columns + 1) / 2 * 2;
            using var x = GuardedBuffer<float>.From(values.AsSpan(0, rows * columns));
            using var y = new GuardedBuffer<ushort>(rows * pitch);
            y.Span.Fill(0xEEEE);
            VectorWidths.Run(width, new RoundToPairs(x.Address, y.Address, columns), rows, 1);
            y.Check();
            for (int i = 0; i < y.Length; i++)
            {
                float expected = i % pitch < columns ? Pairs.Rounded(values[(i / pitch * columns) + (i % pitch)]) : 0;
                float found = BitConverter.UInt32BitsToSingle((uint)y.Span[i] << 16);
                Expect.True(float.IsNaN(expected) ? float.IsNaN(found)
                    : BitConverter.SingleToInt32Bits(found) == BitConverter.SingleToInt32Bits(expected), $"{columns} columns, {i}: {found:R}, not {expected:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void An_epilogue_stores_the_codes_of_quantize(VectorWidth width)
    {
        // A product with the identity: lhs passes unchanged into the epilogue, which must write what Quantize writes.
        foreach (int n in new[] { 1, 3, 5, 8, 10, 16, 17, 30 })
        {
            const int Rows = 40;
            var values = Numbers.Floats(Rows * n, n);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = i % 3 == 0 ? MathF.Round(values[i] * 40) * 0.25f : values[i] * 40;
            }

            var unit = new float[n * n];
            for (int i = 0; i < n; i++)
            {
                unit[(i * n) + i] = 1;
            }

            using var x = GuardedBuffer<float>.From(values);
            using var w = GuardedBuffer<float>.From(Packing.F32(unit, n, n));
            using var bias = GuardedBuffer<float>.From(Packing.Padded(new float[n]));
            int stride = (n + 3) / 4 * 4;
            using var stored = new GuardedBuffer<byte>(Rows * stride);
            using var quantized = new GuardedBuffer<byte>(Rows * stride);
            stored.Span.Fill(7);
            quantized.Span.Fill(7);
            Gemm.F32(FloatKernels.PanelF32.Of(width), new Sizes(Rows, n, n), x.Pointer, w.Pointer, bias.Pointer, default(Identity),
                new StoreU8(stored.Pointer, stride, 0.25f, 90, 255));
            Quantize.Run(width, x.Pointer, quantized.Pointer, Rows, n, 0.25f, 90, 255);
            stored.Check();
            Assert.Equal(quantized.Span.ToArray(), stored.Span.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Dequantize_is_exact_for_all_codes(VectorWidth width)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        foreach (int columns in new[] { 256, 128, 8, 4, 2, 1 })
        {
            using var x = GuardedBuffer<byte>.From(Packing.Rows(codes, columns));
            using var y = new GuardedBuffer<float>(256);
            Dequantize.Run(width, x.Pointer, y.Pointer, 256 / columns, columns, 0.037f, 131);
            y.Check();
            for (int code = 0; code < 256; code++)
            {
                Assert.Equal(0.037f * (code - 131), y.Span[code]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Planes_become_pixels_with_the_codes_of_rows(VectorWidth width)
    {
        foreach (int channels in new[] { 1, 2, 3, 4, 5, 8, 11 })
        {
            foreach (int pixels in new[] { 0, 1, 3, 4, 7, 8, 15, 16, 17, 35 })
            {
                foreach (int images in new[] { 0, 1, 2 })
                {
                    float[] values = [.. Numbers.Floats(images * channels * pixels, channels + pixels).Select((v, i) => i % 5 == 0
                        ? Special[i / 5 % Special.Length] : v * 40)];
                    int pitch = (channels + 3) / 4 * 4;
                    using var x = GuardedBuffer<float>.From(values);
                    using var y = new GuardedBuffer<byte>(images * pixels * pitch);
                    Quantize.ToChannelsLast(width, x.Pointer, y.Pointer, images, channels, pixels, 0.25f, 90, 255);
                    y.Check();
                    for (int i = 0; i < values.Length; i++)
                    {
                        var (image, channel, pixel) = (i / (channels * pixels), i / pixels % channels, i % pixels);
                        Assert.Equal(Code(values[i], 0.25f, 90, 255), y.Span[(((image * pixels) + pixel) * pitch) + channel]);
                    }
                }
            }
        }
    }

    /// <summary>Windows that reach over every edge, that are far apart, and more than are made at a time.</summary>
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Windows_have_the_codes_of_their_pixels(VectorWidth width)
    {
        foreach (var (columns, windows, left, stride, taps) in new[]
            { (7, 7, 1, 1, 3), (5, 9, 4, 1, 5), (40, 13, 0, 3, 4), (1, 4, 2, 1, 7), (2500, 1250, 2, 2, 5), (30, 2, 1, 2000, 9) })
        {
            const int Images = 2, RowCount = 3, Top = 1, Bottom = 2, Height = Top + RowCount + Bottom;
            int pitch = PanelLayout.PaddedDepth(taps);
            float[] values = Numbers.Floats(Images * RowCount * columns, columns);
            using var x = GuardedBuffer<float>.From(values);
            using var y = new GuardedBuffer<byte>(Images * Height * windows * pitch);
            Quantize.ToWindows(width, Images, new(x.Pointer.Address, y.Pointer.Address, new StoreU8(y.Pointer, 0, 0.01f, 90, 200), 90)
            {
                Rows = RowCount, Columns = columns, Top = Top, Height = Height, Left = left, Count = windows, Stride = stride,
                Bytes = pitch,
            });
            y.Check();
            for (int i = 0; i < y.Length; i++)
            {
                int window = i / pitch % windows, row = (i / (pitch * windows) % Height) - Top, image = i / (pitch * windows * Height);
                int column = (window * stride) - left + (i % pitch);
                bool isThere = row is >= 0 and < RowCount && column >= 0 && column < columns;
                Assert.Equal(isThere ? Code(values[(((image * RowCount) + row) * columns) + column], 0.01f, 90, 200) : 90, y.Span[i]);
            }
        }
    }

    /// <summary>Around every tie, where the last place of the quotient decides, for scales of any size and mantissa.</summary>
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Codes_are_those_of_the_rounded_quotient_beside_every_tie(VectorWidth width)
    {
        var random = new Random(11);
        float[] scales = [.. Enumerable.Range(0, 300).Select(i => i switch
        {
            < 200 => 0.001f + random.NextSingle(),
            < 250 => MathF.ScaleB(1 + random.NextSingle(), random.Next(-126, 119)),
            _ => BitConverter.UInt32BitsToSingle(((uint)random.Next(20, 240) << 23) + 0x7FFFFFu - (uint)random.Next(3)),
        }), float.Epsilon, 1e-40f, 1e-38f, 1e38f];
        foreach (float scale in scales)
        {
            var values = new List<float>();
            for (int code = -3; code < 258; code++)
            {
                float tie = (code - 90 + 0.5f) * scale;
                values.AddRange([tie, MathF.BitIncrement(tie), MathF.BitDecrement(tie), MathF.BitIncrement(MathF.BitIncrement(tie)),
                    MathF.BitDecrement(MathF.BitDecrement(tie)), (code - 90) * scale]);
            }

            using var x = GuardedBuffer<float>.From([.. values]);
            using var y = new GuardedBuffer<byte>((values.Count + 3) / 4 * 4);
            Quantize.Run(width, x.Pointer, y.Pointer, 1, values.Count, scale, 90, 255);
            for (int i = 0; i < values.Count; i++)
            {
                Expect.True(Code(values[i], scale, 90, 255) == y.Span[i], $"{values[i]:R} / {scale:R}: {y.Span[i]}");
            }
        }
    }

    /// <summary>
    /// All quotients that one correction could round to another code. It leaves an error below 2⁻⁴⁶, so they lie that close to the middle
    /// between a tie and the float beside it: middle (25 bits) times scale (24 bits) is up to 8 away from a multiple of the last place of a
    /// float, which is 2²⁴ or 2²⁵ as the product has 48 or 49 bits. Powers of two change nothing.
    /// </summary>
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Quotients_beside_the_middle_next_to_a_tie_are_rounded_as_a_division_rounds_them(VectorWidth width)
    {
        int tested = 0;
        for (int code = 0; code < 255; code++)
        {
            foreach (float neighbour in new[] { MathF.BitIncrement(code + 0.5f), MathF.BitDecrement(code + 0.5f) })
            {
                double middle = (code + 0.5 + neighbour) / 2;
                long odd = (long)Math.ScaleB(middle, 24 - Math.ILogB(middle));
                long inverse = odd;
                for (int step = 0; step < 5; step++)
                {
                    inverse *= 2 - (odd * inverse);
                }

                for (int i = 0; i < 2 * 17; i++)
                {
                    // odd · mantissa = rest, modulo the place.
                    var (rest, place) = ((i / 2) - 8, 1L << (24 + (i % 2)));
                    long mantissa = (inverse * rest) & (place - 1);
                    if (mantissa is < 1L << 23 or >= 1L << 24)
                    {
                        continue;
                    }

                    float scale = MathF.ScaleB(mantissa, -30), value = (float)(middle * scale);
                    float[] values = [value, MathF.BitIncrement(value), MathF.BitDecrement(value)];
                    using var x = GuardedBuffer<float>.From([.. Enumerable.Repeat(values, 8).SelectMany(v => v)]);
                    using var y = new GuardedBuffer<byte>(24);
                    Quantize.Run(width, x.Pointer, y.Pointer, 1, 24, scale, 0, 255);
                    for (int k = 0; k < 24; k++)
                    {
                        Expect.True(Code(values[k % 3], scale, 0, 255) == y.Span[k], $"{values[k % 3]:R} / {scale:R}: {y.Span[k]}");
                    }

                    tested++;
                }
            }
        }

        Assert.True(tested > 5000);
    }

    private static int Code(float value, float scale, int zeroPoint, int max) =>
        float.IsNaN(value) ? 0 : (int)Math.Clamp(Math.Round((double)(value / scale), MidpointRounding.ToEven) + zeroPoint, 0, max);

    private readonly record struct Sizes(int M, int N, int K) : IGemmShape;
}
