using System.Buffers.Binary;
using System.IO.Compression;
using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Jobs;
using MixPrec.Plan;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests.CalibrateData;

/// <summary>A model and a folder of files that <c>mixprec calibrate-data</c> makes samples of.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly TinyModel _model = new();

    public DataFolder(params (string Name, ElementType Type, object?[] Shape)[] inputs)
    {
        foreach (var (name, type, shape) in inputs)
        {
            _model.Input(name, type, shape).Node($"{name}_y = Identity {name}").Output(name + "_y");
        }

        _model.Save();
    }

    public string Root => Directory.CreateDirectory(Path.Combine(_model.Folder, "data")).FullName;

    public string Output => Path.Combine(_model.Folder, "out.npz");

    public string Model => _model.FilePath;

    public static DataFolder OfImages(params object?[] shape) => new(("image", ElementType.F32, shape));

    public string Write(string name, byte[] content)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Succeeds.</summary>
    public IReadOnlyDictionary<string, Tensor> Make(params string[] arguments)
    {
        var (exit, text) = Run(arguments);
        Assert.True(exit == WorkerExitCode.Done, text);
        return ArrayArchive.Read(Output).Arrays;
    }

    /// <summary>Ends in one line with a code; nothing is left behind.</summary>
    public string Fail(params string[] arguments)
    {
        var (exit, text) = Run(arguments);
        Assert.Equal(WorkerExitCode.Error, exit);
        Assert.Equal(File.Exists(Output) ? ["model.onnx", "out.npz"] : ["model.onnx"],
            Directory.GetFiles(_model.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public (int Exit, string Text) Run(params string[] arguments)
    {
        using var text = new StringWriter();
        return (CommandLineProgram.Run(["calibrate-data", Model, "--output", Output, .. arguments], new(text, text),
            TestContext.Current.CancellationToken), text.ToString());
    }

    public void Dispose() => _model.Dispose();

    /// <summary>A PNG of 8 bits a channel, every row unfiltered.</summary>
    public static byte[] Png(int width, int height, Func<int, int, (byte R, byte G, byte B)> pixel)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        using var rows = new MemoryStream();
        using (var compressed = new ZLibStream(rows, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                compressed.WriteByte(0);
                for (int x = 0; x < width; x++)
                {
                    var (r, g, b) = pixel(x, y);
                    compressed.Write([r, g, b]);
                }
            }
        }

        Chunk(file, "IDAT"u8, rows.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>A BMP of 24 bits: red is 10 x, green 20 y, blue 7.</summary>
    public static byte[] Bitmap(int width, int height)
    {
        int pitch = ((width * 3) + 3) / 4 * 4;
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("BM"u8);
        foreach (int number in new[] { 54 + (pitch * height), 0, 54, 40, width, height, 1 | (24 << 16), 0, pitch * height, 0, 0, 0, 0 })
        {
            writer.Write(number);
        }

        for (int y = height - 1; y >= 0; y--)
        {
            for (int x = 0; x < width; x++)
            {
                writer.Write([7, (byte)(20 * y), (byte)(10 * x)]);
            }

            writer.Write(new byte[pitch - (width * 3)]);
        }

        return file.ToArray();
    }

    /// <summary>A WAV of PCM in 16 bits.</summary>
    public static byte[] Wave(int rate, int channels, params short[] values)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        int bytes = values.Length * sizeof(short);
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * channels * sizeof(short));
        writer.Write((short)(channels * sizeof(short)));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(bytes);
        foreach (short value in values)
        {
            writer.Write(value);
        }

        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] bytes = [.. type, .. content];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(bytes);
        uint sum = ~0u;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, ~sum);
        file.Write(number);
    }
}
