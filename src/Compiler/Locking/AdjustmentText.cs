using System.Buffers.Binary;
using MixPrec.Compiler.Formats;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// What calibration changes about a layer as text of a lock file, in base 64: bias corrections as bf16, little endian; steps of a rounding
/// in as few bits as their rarity allows, and the same ones on every machine, which a general compressor does not promise.
/// </summary>
internal static class AdjustmentText
{
    public static string Format(BiasCorrection correction)
    {
        var bytes = new byte[correction.Count * sizeof(ushort)];
        for (int i = 0; i < correction.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), BF16.FromSingle(correction.Values[i]).Bits);
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>Null for text that holds anything but finite numbers.</summary>
    public static BiasCorrection? ParseCorrection(string text)
    {
        if (Bytes(text) is not { Length: > 0 } bytes || bytes.Length % sizeof(ushort) != 0)
        {
            return null;
        }

        var corrections = new float[bytes.Length / sizeof(ushort)];
        for (int i = 0; i < corrections.Length; i++)
        {
            ushort bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)));
            corrections[i] = new BF16(bits).ToSingle();
        }

        return corrections.All(float.IsFinite) ? new(corrections) : null;
    }

    public static string Format(ChannelExponents exponents) =>
        Convert.ToBase64String([.. exponents.Values.ToArray().Select(e => (byte)e)]);

    /// <summary>Null for text that holds none, or factors that are too large.</summary>
    public static ChannelExponents? ParseExponents(string text) => Bytes(text) is { Length: > 0 } bytes
        && bytes.All(b => Math.Abs((int)(sbyte)b) <= ChannelExponents.Largest) ? new([.. bytes.Select(b => (sbyte)b)]) : null;

    /// <summary>Factors, then terms, as single precision, little endian.</summary>
    public static string Format(ChannelShift shift)
    {
        var bytes = new byte[2 * shift.Count * sizeof(float)];
        for (int i = 0; i < 2 * shift.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)),
                i < shift.Count ? shift.Factors[i] : shift.Terms[i - shift.Count]);
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>Null for text that holds none.</summary>
    public static ChannelShift? ParseShift(string text)
    {
        if (Bytes(text) is not { Length: > 0 } bytes || bytes.Length % (2 * sizeof(float)) != 0)
        {
            return null;
        }

        float[] numbers = [.. Enumerable.Range(0, bytes.Length / sizeof(float))
            .Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float))))];
        float[] factors = numbers[..(numbers.Length / 2)], terms = numbers[(numbers.Length / 2)..];
        return ChannelShift.AreValid(factors, terms) ? new(factors, terms) : null;
    }

    /// <summary>Each step as |step| ones and a zero, then its sign where it is not 0: a set bit below 0.</summary>
    public static string Format(WeightRounding rounding)
    {
        var bytes = new List<byte>(rounding.Length / 4);
        int filled = 8;
        foreach (sbyte step in rounding.Steps)
        {
            for (int i = Math.Abs((int)step); i > 0; i--)
            {
                Append(true);
            }

            Append(false);
            if (step != 0)
            {
                Append(step < 0);
            }
        }

        // Zeros would be more steps.
        while (filled < 8)
        {
            Append(true);
        }

        return Convert.ToBase64String([.. bytes]);

        void Append(bool bit)
        {
            if (filled == 8)
            {
                filled = 0;
                bytes.Add(0);
            }

            bytes[^1] |= (byte)(bit ? 0x80 >> filled : 0);
            filled++;
        }
    }

    /// <summary>Null for text that is not of exactly <paramref name="count"/> steps.</summary>
    public static WeightRounding? ParseRounding(string text, int count)
    {
        if (Bytes(text) is not { } bytes || count <= 0 || count > 8L * bytes.Length)
        {
            return null;
        }

        var steps = new sbyte[count];
        long at = 0, end = 8L * bytes.Length;
        bool Next() => (bytes[at >> 3] & (0x80 >> (int)(at++ & 7))) != 0;
        for (int i = 0; i < count; i++)
        {
            if (at >= end)
            {
                return null;
            }

            int magnitude = 0;
            while (at < end && magnitude <= sbyte.MaxValue && Next())
            {
                magnitude++;
            }

            if (magnitude > sbyte.MaxValue || (magnitude > 0 && at >= end))
            {
                return null;
            }

            steps[i] = (sbyte)(magnitude > 0 && Next() ? -magnitude : magnitude);
        }

        var rounding = new WeightRounding(steps);
        return Format(rounding) == text ? rounding : null;
    }

    private static byte[]? Bytes(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : null;
    }
}
