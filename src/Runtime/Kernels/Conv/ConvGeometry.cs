using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>A convolution's pixels and taps in memory.</summary>
/// <param name="Rows">The vertical axis.</param>
/// <param name="Columns">The horizontal axis.</param>
/// <param name="Batch">Images.</param>
/// <param name="Pixel">Elements from input pixel to input pixel.</param>
/// <param name="Channels">Input channels of a group as the weights count them.</param>
/// <param name="ElementBytes">Bytes of an input element.</param>
/// <remarks>
/// The output is cut into rectangles whose pixels all see the same taps: the interior, the edges, the corners. A rectangle's pixels, of all
/// images, are the
/// rows of one matrix product over just these taps, so padding is never read, never multiplied, and costs nothing.
/// </remarks>
internal readonly record struct ConvGeometry(ConvAxis Rows, ConvAxis Columns, int Batch, int Pixel, int Channels, int ElementBytes)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ConvGeometry Of(in ConvSizes shape, int pixel, int channels, int elementBytes) =>
        new(
            new(shape.InH, shape.OutH, shape.KernelH, shape.StrideH, shape.PadTop, shape.DilationH),
            new(shape.InW, shape.OutW, shape.KernelW, shape.StrideW, shape.PadLeft, shape.DilationW),
            shape.Batch, pixel, channels, elementBytes);

    /// <summary>The runs over the taps of a rectangle; taps of a kernel row are one run where their pixels touch.</summary>
    public Depth Taps(ConvSpan rows, ConvSpan columns)
    {
        int first = ((rows.First * Columns.Kernel) + columns.First) * Channels;
        nint down = (nint)Rows.Dilation * Columns.In * Pixel;
        int kernelRow = Columns.Kernel * Channels;
        int taps = columns.Taps;
        int outer = taps == 0 ? 0 : rows.Taps;
        return (Columns.Dilation == 1 || taps == 1) && Pixel == Channels
            ? new(taps * Channels, first, outer, down, kernelRow)
            : new(Channels, first, outer, down, kernelRow, taps, (nint)Columns.Dilation * Pixel, Channels);
    }
}
