using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Samples;

/// <summary>
/// A WAV file (RIFF WAVE, Microsoft's multimedia standards update of 1994): PCM of 8, 16, 24 and 32 bits and floats of 32 and 64.
/// </summary>
/// <param name="Rate">Frames a second.</param>
internal sealed record WaveFile(string Path, int Rate, int Channels, int Bits, bool IsFloat, long Start, long Frames)
{
    public static readonly IReadOnlyList<string> Endings = [".wav"];

    /// <summary>What programs that write into a pipe state for a length that they do not know yet (FFmpeg, SoX).</summary>
    private static readonly uint[] s_openLengths = [uint.MaxValue, 0x7FFFF000];

    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE, HeaderLength = 12, FormatLength = 16;

    private int FrameBytes => Channels * Bits / 8;

    /// <summary>What the file says of itself.</summary>
    /// <exception cref="MixPrecException">MXP1113: it is no WAV file, damaged, or of another kind.</exception>
    public static WaveFile Open(string path)
    {
        try
        {
            using var file = InputPath.OpenRead(path);
            return Parse(path, file);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e is EndOfStreamException ? "it ends early" : e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Frames as the mean of their channels, −1…1; zeros behind the last.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public float[] Read(long first, int count)
    {
        var result = new float[count];
        int known = (int)Math.Clamp(Frames - first, 0, count);
        var bytes = new byte[checked(known * FrameBytes)];
        try
        {
            using var file = InputPath.OpenRead(Path);
            file.Position = Start + (first * FrameBytes);
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Path, e.Message.TrimEnd('.'));
        }

        for (int i = 0; i < known; i++)
        {
            double sum = 0;
            for (int c = 0; c < Channels; c++)
            {
                sum += Value(bytes.AsSpan((i * FrameBytes) + (c * Bits / 8)));
            }

            result[i] = float.IsFinite((float)(sum / Channels)) ? (float)(sum / Channels)
                : throw Unreadable(Path, FormattableString.Invariant($"frame {first + i} is NaN or infinite"));
        }

        return result;
    }

    private static MixPrecException Unreadable(string path, string reason) =>
        new(DiagnosticCatalog.SampleUnreadable, path, PrintableName.Format(path), reason);

    private static WaveFile Parse(string path, Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        file.ReadExactly(header);
        if (!header.StartsWith("RIFF"u8) || !header[8..].StartsWith("WAVE"u8))
        {
            throw new InvalidDataException("it is no WAV file");
        }

        WaveFile? format = null;
        Span<byte> chunk = stackalloc byte[8];
        while (true)
        {
            file.ReadExactly(chunk);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]), next = file.Position + length + (length & 1);
            if (chunk.StartsWith("fmt "u8))
            {
                format = Format(path, file, length);
            }
            else if (chunk.StartsWith("data"u8))
            {
                format = format ?? throw new InvalidDataException("its sound stands before its format");
                length = s_openLengths.Contains((uint)length) ? Math.Min(length, file.Length - file.Position) : length;
                return length <= file.Length - file.Position ? format with { Start = file.Position, Frames = length / format.FrameBytes }
                    : throw new InvalidDataException("it has fewer bytes of sound than it states: it was cut short");
            }

            file.Position = next;
        }
    }

    private static WaveFile Format(string path, Stream file, long length)
    {
        if (length < FormatLength)
        {
            throw new InvalidDataException("its format is too short");
        }

        Span<byte> format = stackalloc byte[26];
        int known = (int)Math.Min(length, format.Length);
        file.ReadExactly(format[..known]);
        int kind = BinaryPrimitives.ReadUInt16LittleEndian(format), channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        kind = kind == Extensible && known == format.Length ? BinaryPrimitives.ReadUInt16LittleEndian(format[24..]) : kind;
        bool isKnown = kind == Pcm ? bits is 8 or 16 or 24 or 32 : kind == Float && bits is 32 or 64;
        return !isKnown ? throw new InvalidDataException(
                FormattableString.Invariant($"its format {kind} of {bits} bits is not read: PCM of 8, 16, 24, 32 bits and floats are"))
            : channels is < 1 or > 64 || rate is < 1 or > 1_000_000
                ? throw new InvalidDataException(FormattableString.Invariant($"it states {channels} channels and {rate} frames a second"))
            : new(path, (int)rate, channels, bits, kind == Float, 0, 0);
    }

    private double Value(ReadOnlySpan<byte> bytes) => (Bits, IsFloat) switch
    {
        (8, _) => (bytes[0] - 128) / 128.0,
        (16, _) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,
        (24, _) => ((sbyte)bytes[2] << 16 | bytes[1] << 8 | bytes[0]) / 8388608.0,
        (32, false) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
        (32, true) => MemoryMarshal.Read<float>(bytes),
        _ => MemoryMarshal.Read<double>(bytes),
    };
}
