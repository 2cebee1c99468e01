using System.ComponentModel;

namespace MixPrec.Runtime;

/// <summary>
/// Writes a weights file piece by piece, the counterpart of <see cref="ModelWeights"/>: only one piece is in memory at a time. The bytes
/// depend on the
/// arguments only (no time, no names).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelWeightsWriter
{
    private readonly Stream _destination;
    private uint _checksum;

    /// <param name="destination">Empty and seekable: the header, which holds length and checksum, is written last.</param>
    public ModelWeightsWriter(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        _destination = destination;
        destination.Write(stackalloc byte[ModelWeightsHeader.Bytes]);
    }

    /// <summary>Bytes of data so far; offsets in the plan count from the first of them.</summary>
    public long Length { get; private set; }

    /// <summary>Writes the packed weights that follow.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        _destination.Write(data);
        _checksum = Crc32C.Append(_checksum, data);
        Length = checked(Length + data.Length);
    }

    /// <summary>
    /// Writes padding and header: the destination now holds a multiple of 64 bytes, and nothing may be appended any more.
    /// </summary>
    /// <param name="planHash">64 hexadecimal digits (SHA-256 of the plan).</param>
    /// <exception cref="ArgumentException">The hash is not 64 hexadecimal digits.</exception>
    public void Complete(string planHash)
    {
        planHash = ModelWeightsHeader.CheckedPlanHash(planHash);
        Span<byte> block = stackalloc byte[ModelWeightsHeader.Bytes];
        block.Clear();
        _destination.Write(block[..(int)(AlignedMemory.RoundUp(Length) - Length)]);
        new ModelWeightsHeader(planHash, ModelWeightsHeader.Bytes, Length, _checksum).Write(block);
        _destination.Position = 0;
        _destination.Write(block);
    }
}
