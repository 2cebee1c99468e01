using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[n, c, p…] = x[n, c] at the position grid[n, p…], interpolated; coordinates run from -1 to 1, the last axis first</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class GridSample
{
    private const int MaxAxes = 3;

    /// <summary>
    /// x is dense [batch, channels, input…] of one to three axes, grid [batch, points, axes], y [batch, channels, points].
    /// </summary>
    /// <exception cref="ArgumentException">No, or more than three, axes, or an empty one.</exception>
    public static void Run(
        Pointer<float> x, Pointer<float> grid, Pointer<float> y, int batch, int channels, ReadOnlySpan<int> input, int points,
        GridSampleMode mode, GridSamplePadding padding, bool alignCorners)
    {
        int rank = input.Length;
        if (rank is < 1 or > MaxAxes || input.Contains(0))
        {
            throw new ArgumentException("A sampled image has one to three axes, none of them empty.", nameof(input));
        }

        Span<GridAxis> axes = stackalloc GridAxis[MaxAxes];
        nint plane = 1;
        for (int i = 0; i < rank; i++)
        {
            axes[i] = new(input[i], mode, padding, alignCorners);
            plane *= input[i];
        }

        Span<nint> offsets = stackalloc nint[GridAxis.MostTaps * GridAxis.MostTaps * GridAxis.MostTaps];
        Span<float> weights = stackalloc float[GridAxis.MostTaps * GridAxis.MostTaps * GridAxis.MostTaps];
        float* position = grid.Address;
        for (int n = 0; n < batch; n++)
        {
            float* source = x.Address + (n * channels * plane), target = y.Address + ((nint)n * channels * points);
            for (int p = 0; p < points; p++, position += rank)
            {
                int taps = Taps(axes[..rank], position, offsets, weights);
                for (int c = 0; c < channels; c++)
                {
                    float sum = 0;
                    for (int t = 0; t < taps; t++)
                    {
                        sum = Fused.MultiplyAdd(weights[t], source[(c * plane) + offsets[t]], sum);
                    }

                    target[((nint)c * points) + p] = sum;
                }
            }
        }
    }

    /// <summary>The pixels of all axes together that exist, with the products of their weights.</summary>
    private static int Taps(ReadOnlySpan<GridAxis> axes, float* position, Span<nint> offsets, Span<float> weights)
    {
        Span<int> pixels = stackalloc int[GridAxis.MostTaps];
        Span<float> factors = stackalloc float[GridAxis.MostTaps];
        Span<nint> found = stackalloc nint[GridAxis.MostTaps * GridAxis.MostTaps * GridAxis.MostTaps];
        Span<float> products = stackalloc float[GridAxis.MostTaps * GridAxis.MostTaps * GridAxis.MostTaps];
        offsets[0] = 0;
        weights[0] = 1;
        int count = 1;
        for (int axis = axes.Length - 1, stride = 1; axis >= 0; stride *= axes[axis].Length, axis--)
        {
            axes[axis].Find(position[axes.Length - 1 - axis], pixels, factors);
            int taps = axes[axis].Taps, kept = 0;
            for (int t = 0; t < taps; t++)
            {
                for (int i = 0; i < count && pixels[t] != GridAxis.Nowhere; i++, kept++)
                {
                    found[kept] = offsets[i] + ((nint)pixels[t] * stride);
                    products[kept] = weights[i] * factors[t];
                }
            }

            found[..kept].CopyTo(offsets);
            products[..kept].CopyTo(weights);
            count = kept;
        }

        return count;
    }
}
