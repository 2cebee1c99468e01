namespace DigitTraining.Rendering;

/// <summary>
/// Labelled images: <see cref="Pixels"/> holds <see cref="Count"/> × 28 × 28 grey values (0 paper, 255 ink), <see cref="Labels"/> the
/// digits.
/// </summary>
internal sealed record DigitSet(byte[] Pixels, long[] Labels)
{
    /// <summary>Height and width of an image in pixels.</summary>
    public const int Size = 28;

    public int Count => Labels.Length;

    /// <summary>
    /// Renders <paramref name="count"/> digits. An image depends on nothing but the seed and its index, so sets with different seeds are
    /// independent and the order of the threads does not matter.
    /// </summary>
    public static DigitSet Render(int count, ulong seed)
    {
        byte[] pixels = new byte[count * Size * Size];
        long[] labels = new long[count];
        Parallel.For(0, count, i =>
        {
            var random = new SplitMix(new SplitMix(seed << 32 | (uint)i).Next());
            labels[i] = random.Below(10);
            DigitRenderer.Render((int)labels[i], random, Size, pixels.AsSpan(i * Size * Size, Size * Size));
        });
        return new DigitSet(pixels, labels);
    }

    /// <summary>The pixels as the network reads them: 0 paper to 1 ink.</summary>
    public float[] ToFloats() => Array.ConvertAll(Pixels, pixel => pixel / 255f);
}
