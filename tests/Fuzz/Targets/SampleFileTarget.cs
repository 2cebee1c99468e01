using System.Buffers.Binary;
using MixPrec.Fuzz.Mutation;
using MixPrec.Worker.Samples;

namespace MixPrec.Fuzz.Targets;

/// <summary>Pictures and sounds that calibration data are made of.</summary>
internal sealed class SampleFileTarget(string folder) : IFuzzTarget
{
    private const int MostFrames = 1000;

    private static readonly byte[] Bitmap = MakeBitmap(), Wave = MakeWave();

    private readonly string _path = Path.Combine(folder, "sample");

    public string Name => "sample";

    public string Extension => ".bin";

    public int Share => 2;

    public byte[] Make(Random random) => BytesMutator.Mutate(random, random.Next(2) == 0 ? Bitmap : Wave, random.Next(1, 5));

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_path, input);
        if (input is [(byte)'R', ..])
        {
            var sound = WaveFile.Open(_path);
            sound.Read(0, (int)Math.Min(sound.Frames, MostFrames));
        }
        else
        {
            ImageFile.Read(_path, isTurned: true);
        }
    });

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);

    /// <summary>4 × 2 pixels of 24 bits.</summary>
    private static byte[] MakeBitmap()
    {
        byte[] file = new byte[54 + (2 * 4 * 3)];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in new[] { (2, file.Length), (10, 54), (14, 40), (18, 4), (22, 2), (26, 1 | (24 << 16)), (34, 24) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        return file;
    }

    /// <summary>8 frames of two channels of 16 bits.</summary>
    private static byte[] MakeWave()
    {
        byte[] file = new byte[44 + 32];
        "RIFF"u8.CopyTo(file);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        "data"u8.CopyTo(file.AsSpan(36));
        foreach (var (at, value) in new[] { (4, file.Length - 8), (16, 16), (20, 1 | (2 << 16)), (24, 8000), (28, 32_000),
            (32, 4 | (16 << 16)), (40, 32) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        return file;
    }
}
