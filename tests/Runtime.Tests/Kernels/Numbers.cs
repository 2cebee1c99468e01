namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Seeded operands.</summary>
internal static class Numbers
{
    public static float[] Floats(int length, int seed)
    {
        var random = new Random(seed);
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return values;
    }

    /// <summary>Floats that bfloat16 holds exactly.</summary>
    public static float[] BFloats(int length, int seed) =>
        [.. Floats(length, seed).Select(value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000u))];

    /// <summary>Bytes up to <paramref name="highest"/>, a quarter of them at the ends of the range.</summary>
    public static byte[] Bytes(int length, int highest, int seed)
    {
        var random = new Random(seed);
        var values = new byte[length];
        foreach (ref var value in values.AsSpan())
        {
            value = (byte)(random.Next(8) switch { 0 => highest, 1 => 0, _ => random.Next(highest + 1) });
        }

        return values;
    }

    /// <summary>Weights up to <paramref name="highest"/> in absolute value, a quarter of them at the ends.</summary>
    public static sbyte[] Weights(int length, int seed, int highest = 127)
    {
        var random = new Random(seed);
        var values = new sbyte[length];
        foreach (ref var value in values.AsSpan())
        {
            value = (sbyte)(random.Next(8) switch { 0 => highest, 1 => -highest, _ => random.Next(-highest, highest + 1) });
        }

        return values;
    }
}
