namespace MixPrec.Runtime.Kernels;

/// <summary>The pixels of one rectangle of the output, image after image, as rows of a product.</summary>
internal readonly unsafe struct ConvPixels(byte* x, in ConvGeometry geometry, ConvSpan rows, ConvSpan columns) : IRowSource
{
    private readonly nint imageBytes = (nint)geometry.Rows.In * geometry.Columns.In * geometry.Pixel * geometry.ElementBytes;
    private readonly nint imageOutputs = (nint)geometry.Rows.Out * geometry.Columns.Out;
    private readonly nint rowBytes = (nint)geometry.Rows.Stride * geometry.Columns.In * geometry.Pixel * geometry.ElementBytes;
    private readonly nint pixelBytes = (nint)geometry.Columns.Stride * geometry.Pixel * geometry.ElementBytes;
    private readonly nint rowOutputs = geometry.Columns.Out;
    private readonly int height = rows.Length;
    private readonly int width = columns.Length;
    private readonly nint firstOutput = ((nint)rows.Begin * geometry.Columns.Out) + columns.Begin;

    private readonly byte* origin = rows.Taps == 0 || columns.Taps == 0
        ? x
        : x + (((((nint)rows.Begin * geometry.Rows.Stride) - geometry.Rows.Pad + (rows.First * geometry.Rows.Dilation))
            * geometry.Columns.In
            + (columns.Begin * geometry.Columns.Stride) - geometry.Columns.Pad + (columns.First * geometry.Columns.Dilation))
            * geometry.Pixel * geometry.ElementBytes);

    /// <summary>Pixels of a row.</summary>
    public int Width => width;

    /// <summary>Bytes from a pixel's first tap to that of the next one in its row.</summary>
    public nint PixelBytes => pixelBytes;

    public void Locate(int first, int count, byte** lhs, nint* outputs)
    {
        int line = first / width;
        int column = first - (line * width);
        int image = line / height;
        int row = line - (image * height);
        byte* source = origin + (image * imageBytes) + (row * rowBytes) + (column * pixelBytes);
        nint output = firstOutput + (image * imageOutputs) + (row * rowOutputs) + column;
        nint step = pixelBytes;
        for (int i = 0; i < count;)
        {
            int end = Math.Min(count, i + width - column);
            column = 0;
            for (; i < end; i++)
            {
                lhs[i] = source;
                outputs[i] = output;
                source += step;
                output++;
            }

            source += rowBytes - (width * step);
            output += rowOutputs - width;
            if (++row == height)
            {
                row = 0;
                source += imageBytes - (height * rowBytes);
                output += imageOutputs - (height * rowOutputs);
            }
        }
    }
}
