using System.ComponentModel;

namespace MixPrec.Runtime;

/// <summary>Writes weights files, the counterpart of <see cref="ModelWeights"/>. The bytes depend on the arguments only (no time, no names).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelWeightsFile
{
    /// <summary>Writes header, data and padding to <paramref name="destination"/>, which need not be seekable.</summary>
    /// <param name="destination">Receives a multiple of 64 bytes.</param>
    /// <param name="planHash">64 hexadecimal digits (SHA-256 of the plan).</param>
    /// <param name="data">The packed weights; offsets in the plan count from the first byte of it.</param>
    /// <exception cref="ArgumentException">The hash is not 64 hexadecimal digits.</exception>
    public static void Write(Stream destination, string planHash, ReadOnlyMemory<byte> data) => Write(destination, planHash, [data]);

    /// <summary>The same for data in pieces, which may together exceed 2 GiB.</summary>
    /// <inheritdoc cref="Write(Stream, string, ReadOnlyMemory{byte})"/>
    public static void Write(Stream destination, string planHash, IReadOnlyList<ReadOnlyMemory<byte>> data)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(data);
        planHash = ModelWeightsHeader.CheckedPlanHash(planHash);
        long length = 0;
        uint checksum = 0;
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            length = checked(length + piece.Length);
            checksum = Crc32C.Append(checksum, piece.Span);
        }

        Span<byte> block = stackalloc byte[ModelWeightsHeader.Bytes];
        block.Clear();
        new ModelWeightsHeader(planHash, ModelWeightsHeader.Bytes, length, checksum).Write(block);
        destination.Write(block);
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            destination.Write(piece.Span);
        }
        block.Clear();
        destination.Write(block[..(int)(AlignedMemory.RoundUp(length) - length)]);
    }
}
