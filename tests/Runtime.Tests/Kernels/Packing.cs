namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Slow packing of row-major weights [K, N] into the kernels' panels, straight from the description of the layouts.</summary>
internal static class Packing
{
    public static float[] F32(float[] weights, int k, int n)
    {
        var packed = new float[Panels(n) * k * 16];
        for (int row = 0; row < k; row++)
        {
            for (int column = 0; column < n; column++)
            {
                packed[(column / 16 * k * 16) + (row * 16) + (column % 16)] = weights[(row * n) + column];
            }
        }

        return packed;
    }

    public static ushort[] BF16(float[] weights, int k, int n) =>
        Pairs(weights, k, n, weight => (ushort)(BitConverter.SingleToUInt32Bits(weight) >> 16));

    public static ushort[] F16(float[] weights, int k, int n) =>
        Pairs(weights, k, n, weight => BitConverter.HalfToUInt16Bits((Half)weight));

    private static ushort[] Pairs(float[] weights, int k, int n, Func<float, ushort> bits)
    {
        int pairs = (k + 1) / 2;
        var packed = new ushort[Panels(n) * pairs * 32];
        for (int row = 0; row < k; row++)
        {
            for (int column = 0; column < n; column++)
            {
                packed[(((column / 16 * pairs) + (row / 2)) * 32) + (column % 16 * 2) + (row % 2)] =
                    bits(weights[(row * n) + column]);
            }
        }

        return packed;
    }

    /// <summary>
    /// Codes of 4 bits, the first row of eight in the lowest, or of 8 bits, the first row of four in the highest, and for each group of
    /// rows of each column a scale, whose lower half is 0.
    /// </summary>
    public static byte[] Groups(byte[] codes, int bits, float[] scales, int group, int k, int n)
    {
        var packed = new List<byte>();
        int together = 32 / bits;
        for (int panel = 0; panel < Panels(n); panel++)
        {
            for (int first = 0; first < k; first += 2 * group)
            {
                for (int i = 0; i < 32; i++)
                {
                    int column = (panel * 16) + (i / 2), of = (first / group) + (i % 2);
                    uint scale = column < n && of * group < k ? BitConverter.SingleToUInt32Bits(scales[(of * n) + column]) >> 16 : 0;
                    packed.AddRange([(byte)scale, (byte)(scale >> 8)]);
                }

                for (int row = first; row < Math.Min(k, first + (2 * group)); row += together)
                {
                    for (int i = 0; i < 64; i++)
                    {
                        int column = (panel * 16) + (i / 4), inWord = i % 4;
                        int Of(int r) => column < n && r < k ? codes[(r * n) + column] : 0;
                        packed.Add((byte)(bits == 8 ? Of(row + 3 - inWord)
                            : Of(row + (inWord * 2)) | (Of(row + (inWord * 2) + 1) << 4)));
                    }
                }
            }
        }

        return [.. packed];
    }

    /// <summary>Weights [taps, channels, n]; each tap's channels are padded to a multiple of 4.</summary>
    public static sbyte[] S8(sbyte[] weights, int taps, int channels, int n)
    {
        int padded = (channels + 3) / 4 * 4, depth = taps * padded;
        var packed = new sbyte[Panels(n) * depth * 16];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int k = (tap * padded) + channel;
                for (int column = 0; column < n; column++)
                {
                    packed[(column / 16 * depth * 16) + (k / 4 * 64) + (column % 16 * 4) + (k % 4)] =
                        weights[(((tap * channels) + channel) * n) + column];
                }
            }
        }

        return packed;
    }

    /// <summary>Rows of <paramref name="columns"/> bytes at a distance of the next multiple of 4; the bytes between are 255.</summary>
    public static byte[] Rows(byte[] values, int columns)
    {
        int stride = (columns + 3) / 4 * 4, rows = columns == 0 ? 0 : values.Length / columns;
        var padded = new byte[rows * stride];
        Array.Fill(padded, (byte)255);
        for (int row = 0; row < rows; row++)
        {
            values.AsSpan(row * columns, columns).CopyTo(padded.AsSpan(row * stride));
        }

        return padded;
    }

    /// <summary>Followed by zeros up to a multiple of 16.</summary>
    public static T[] Padded<T>(T[] values)
    {
        var padded = new T[(values.Length + 15) / 16 * 16];
        values.CopyTo(padded, 0);
        return padded;
    }

    private static int Panels(int n) => (n + 15) / 16;
}
