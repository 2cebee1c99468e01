namespace MixPrec.Fuzz.Mutation;

/// <summary>Numbers and texts at which readers tend to fail.</summary>
internal static class Interesting
{
    private static readonly long[] Integers =
    [
        0, 1, -1, 2, -2, 3, 4, 5, 7, 8, 9, 16, 63, 64, 65, 127, 128, 255, 256, 1000, 1024, 32767, 65535, 65536, 100_000, 1 << 20, 1 << 24,
            (1 << 24) + 1, 400_000_000,
        int.MaxValue, int.MaxValue - 1L, int.MinValue, 1L << 31, (1L << 32) - 1, 1L << 32, 1L << 40, long.MaxValue, long.MinValue,
            long.MinValue + 1, -3, -4, -64, -65536,
    ];

    private static readonly float[] Floats =
        [0, 1, -1, 0.5f, 2, 1e-45f, -0f, 1e30f, -1e30f, float.MaxValue, float.MinValue, float.NaN, float.PositiveInfinity,
            float.NegativeInfinity, 255, 1e-7f, 1e9f];

    private static readonly string[] Texts =
    [
        "", "x", "y", "x_2", "class", "int", "\"; }", "a\nb", "../x", "/etc/x", "weights.bin", "ä", "\u0000", "@x", "_", "0", "-1", "1e999",
            "NaN", "linear", "nearest", "cubic", "reflect", "edge", "wrap",
        "SAME_UPPER", "SAME_LOWER", "VALID", "reverse", "bidirectional", "align_corners", "tf_crop_and_resize", "ij->ji", "ii",
            "...i,i...->i", "add", "count", "floordiv",
    ];

    public static long Integer(Random random) => random.Next(4) == 0 ? random.Next(-10, 20) : Integers[random.Next(Integers.Length)];

    public static float Float(Random random) => Floats[random.Next(Floats.Length)];

    public static string Text(Random random) => Texts[random.Next(Texts.Length)];
}
