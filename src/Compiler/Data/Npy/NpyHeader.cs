using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Data.Npy;

/// <summary>The header of an .npy stream (format versions 1 to 3): element type, shape and order of the elements that follow.</summary>
internal sealed partial record NpyHeader(ElementType Type, IReadOnlyList<long> Shape, bool FortranOrder, int Bytes)
{
    private const int LongestHeader = 1 << 16;

    /// <summary>Bytes of the elements.</summary>
    /// <exception cref="Graphs.ShapeException">They are more than a tensor holds.</exception>
    public int DataBytes => Graphs.Tensor.BytesOf(Type, Shape);

    /// <exception cref="InvalidDataException">The stream is no .npy stream or holds elements that are not numbers.</exception>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> start = stackalloc byte[12];
        stream.ReadExactly(start[..10]);
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("it does not begin with the .npy magic");
        }

        int version = start[6], length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]), prefix = 10;
        if (version is 2 or 3)
        {
            stream.ReadExactly(start[10..]);
            (length, prefix) = ((int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), int.MaxValue), 12);
        }

        if (version is < 1 or > 3 || length > LongestHeader)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"its header (version {version}, {Counted.Format(length, "byte")}) is not supported"));
        }

        var text = new byte[length];
        stream.ReadExactly(text);
        return Parse(Encoding.UTF8.GetString(text), prefix + length);
    }

    private static NpyHeader Parse(string text, int bytes)
    {
        var (descr, order, shape) = (Description().Match(text), Order().Match(text), Dimensions().Match(text));
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException("its header is not understood (structured types are not supported)");
        }

        var dimensions = new List<long>();
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            dimensions.Add(long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                ? size : throw new InvalidDataException($"its shape ({shape.Groups[1].Value}) is not understood"));
        }

        return new NpyHeader(Element(descr.Groups[1].Value), dimensions, order.Groups[1].Value == "True", bytes);
    }

    private static ElementType Element(string description) => description switch
    {
        "<f4" => ElementType.F32,
        "<f8" => ElementType.F64,
        "<f2" => ElementType.F16,
        "|i1" or "<i1" => ElementType.I8,
        "<i2" => ElementType.I16,
        "<i4" => ElementType.I32,
        "<i8" => ElementType.I64,
        "|u1" or "<u1" => ElementType.U8,
        "<u2" => ElementType.U16,
        "<u4" => ElementType.U32,
        "<u8" => ElementType.U64,
        "|b1" or "<b1" => ElementType.Bool,
        _ when description.StartsWith('>') =>
            throw new InvalidDataException($"its elements ({description}) are big endian; save them as little endian"),
        _ => throw new InvalidDataException($"its element type {description} is not supported; use floats, integers or booleans"),
    };

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Dimensions();
}
