using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Data.Npy;

/// <summary>Reads one .npy stream into a row-major tensor of its own element type.</summary>
internal static class NpyReader
{
    /// <param name="available">Bytes that the stream is known to hold; a header that asks for more or less is refused before anything is
    /// allocated.</param>
    /// <exception cref="InvalidDataException">The stream is damaged or not supported.</exception>
    /// <exception cref="EndOfStreamException">The stream ends early.</exception>
    public static Tensor Read(Stream stream, long available)
    {
        var header = NpyHeader.Read(stream);
        int bytes;
        try
        {
            bytes = header.DataBytes;
        }
        catch (ShapeException reason)
        {
            throw new InvalidDataException(reason.Message);
        }

        if (bytes + header.Bytes != available)
        {
            throw new InvalidDataException(
                $"its header promises {Counted.Format(bytes, "byte")} of elements, it holds {available - header.Bytes}");
        }

        var elements = new byte[bytes];
        stream.ReadExactly(elements);
        return header.FortranOrder ? RowMajor(new Tensor(header.Type, header.Shape, elements))
            : new Tensor(header.Type, header.Shape, elements);
    }

    private static Tensor RowMajor(Tensor columnMajor)
    {
        var strides = new long[columnMajor.Rank];
        long stride = 1;
        for (int d = 0; d < strides.Length; d++)
        {
            strides[d] = stride;
            stride *= columnMajor.Shape[d];
        }

        return StridedView.Copy(columnMajor, columnMajor.Shape, 0, strides);
    }
}
