using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[n, o, p] = bias[o] + Σ w[o, c, t] · mask[n, q, t, p] · x[n, c] at p·stride - pad + t·dilation + offsets[n, q, t, p], between pixels,
/// over the channels c of o's group and the
/// taps t; q is the offset group of c
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class DeformConv
{
    /// <summary>
    /// x is dense [batch, channels, height, width], w [outputChannels, channels / groups, kernelHeight, kernelWidth], offsets [batch,
    /// offsetGroups, taps, 2, outputHeight, outputWidth]
    /// (rows before columns), mask [batch, offsetGroups, taps, outputHeight, outputWidth] where <paramref name="masked"/>, bias
    /// [outputChannels], y not the same memory as any.
    /// Offsets are data: outside the image, or where one is no number, there is 0.
    /// </summary>
    public static void Run(
        Pointer<float> x, Pointer<float> w, Pointer<float> offsets, Pointer<float> mask, bool masked, Pointer<float> bias, Pointer<float> y,
            int batch, int channels, int height, int width,
        int outputChannels, int outputHeight, int outputWidth, int kernelHeight, int kernelWidth,
        int strideHeight, int strideWidth, int padTop, int padLeft, int dilationHeight, int dilationWidth, int groups, int offsetGroups)
    {
        int taps = kernelHeight * kernelWidth, shared = channels / offsetGroups;
        nint points = (nint)outputHeight * outputWidth;
        var filters = new DeformedFilters(w.Address, outputChannels / groups, channels / groups, taps, points);
        for (int n = 0; n < batch; n++)
        {
            float* target = y.Address + (n * outputChannels * points);
            for (int o = 0; o < outputChannels; o++)
            {
                new Span<float>(target + (o * points), checked((int)points)).Fill(bias.Address[o]);
            }

            for (int q = 0; q < offsetGroups; q++)
            {
                for (int t = 0; t < taps; t++)
                {
                    nint entry = ((((nint)n * offsetGroups) + q) * taps) + t;
                    float* rows = offsets.Address + (2 * entry * points), columns = rows + points,
                        weights = mask.Address + (entry * points);
                    for (nint p = 0; p < points; p++)
                    {
                        float row = (p / outputWidth * strideHeight) - padTop + (t / kernelWidth * dilationHeight) + rows[p];
                        float column = (p % outputWidth * strideWidth) - padLeft + (t % kernelWidth * dilationWidth) + columns[p];
                        var pixel = DeformedPixel.At(row, column, height, width, masked ? weights[p] : 1);
                        for (int c = q * shared; c < (q + 1) * shared && pixel.IsInside; c++)
                        {
                            filters.Add(pixel.Of(x.Address + ((((nint)n * channels) + c) * height * width)), c, t, target + p);
                        }
                    }
                }
            }
        }
    }
}
