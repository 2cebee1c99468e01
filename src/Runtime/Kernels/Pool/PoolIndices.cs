using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[n, c, o…] = the flat position in x of the first maximum over the taps t of x[n, c, o·stride - padsBegin + t·dilation], channels first
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PoolIndices
{
    /// <summary>
    /// x is dense [batch, channels, input…], y [batch, channels, output…]; one to three spatial axes. A NaN is a maximum. With
    /// <paramref name="columnMajor"/> positions
    /// inside a image are counted with its first axis running fastest.
    /// </summary>
    /// <exception cref="ArgumentException">No, or more than three, spatial axes, lists of different lengths, or a window that has no tap in
    /// the input.</exception>
    public static void Run<T>(
        Pointer<T> x, Pointer<long> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations, bool columnMajor)
        where T : unmanaged, INumber<T>
    {
        var (_, _, depth, height, width) =
            PoolWindows.Create(batch, channels, input, output, kernel, strides, padsBegin, padsEnd, dilations);
        nint plane = (nint)depth.Input * height.Input * width.Input, images = (nint)batch * channels;
        long* target = y.Address;
        for (nint image = 0; image < images; image++)
        {
            T* source = x.Address + (image * plane);
            for (int d = 0; d < depth.Output; d++)
            {
                for (int h = 0; h < height.Output; h++)
                {
                    for (int w = 0; w < width.Output; w++)
                    {
                        var (i, j, k) = Largest(source, depth, height, width, d, h, w);
                        long inside = columnMajor ? i + ((long)depth.Input * (j + ((long)height.Input * k)))
                            : (((long)i * height.Input) + j) * width.Input + k;
                        *target++ = (image * plane) + inside;
                    }
                }
            }
        }
    }

    private static (int Depth, int Height, int Width) Largest<T>(T* source, in PoolAxis depth, in PoolAxis height, in PoolAxis width, int d,
        int h, int w)
        where T : unmanaged, INumber<T>
    {
        (int, int, int)? found = null;
        T best = T.Zero;
        for (int i = depth.TapAt(d, 0); i < depth.TapAt(d, depth.Input); i++)
        {
            for (int j = height.TapAt(h, 0); j < height.TapAt(h, height.Input); j++)
            {
                for (int k = width.TapAt(w, 0); k < width.TapAt(w, width.Input); k++)
                {
                    var at = (Depth: depth.Position(d, i), Height: height.Position(h, j), Width: width.Position(w, k));
                    T value = source[((((nint)at.Depth * height.Input) + at.Height) * width.Input) + at.Width];
                    if (found is null || value > best || (T.IsNaN(value) && !T.IsNaN(best)))
                    {
                        (found, best) = (at, value);
                    }
                }
            }
        }

        return found ?? throw new ArgumentException("A window of the pooling lies in the padding only, and has no maximum.");
    }
}
