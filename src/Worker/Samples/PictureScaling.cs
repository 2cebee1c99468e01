namespace MixPrec.Worker.Samples;

/// <summary>
/// Scales pictures by the triangle filter over what one new pixel covers, so that a smaller picture is an average and not every n-th pixel
/// (Pillow's <c>BILINEAR</c>, torchvision's <c>antialias</c>), each axis by itself. Nothing is rounded in between.
/// </summary>
internal static class PictureScaling
{
    /// <param name="pixels">[height, width, channels].</param>
    /// <returns>[newHeight, newWidth, channels].</returns>
    public static float[] Scale(ReadOnlySpan<float> pixels, int width, int height, int channels, int newWidth, int newHeight)
    {
        var across = Along(pixels, height, width, newWidth, channels);
        return Along(across, 1, height, newHeight, newWidth * channels);
    }

    /// <summary>[outer, length, inner] → [outer, newLength, inner].</summary>
    private static float[] Along(ReadOnlySpan<float> values, int outer, int length, int newLength, int inner)
    {
        var result = new float[checked(outer * newLength * inner)];
        double scale = (double)length / newLength, reach = Math.Max(scale, 1);
        for (int place = 0; place < newLength; place++)
        {
            double middle = (place + 0.5) * scale;
            int first = Math.Max(0, (int)(middle - reach + 0.5)), end = Math.Min(length, (int)(middle + reach + 0.5));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(i => Math.Max(0, 1 - (Math.Abs(i + 0.5 - middle) / reach)))];
            double sum = weights.Sum();
            for (int o = 0; o < outer; o++)
            {
                for (int c = 0; c < inner; c++)
                {
                    double total = 0;
                    for (int i = 0; i < weights.Length; i++)
                    {
                        total += weights[i] * values[(((o * length) + first + i) * inner) + c];
                    }

                    result[(((o * newLength) + place) * inner) + c] = (float)(total / sum);
                }
            }
        }

        return result;
    }
}
