namespace MixPrec.Compiler.Lowering.WeightsFile;

/// <summary>
/// A weights file for this process alone, to be loaded by a class compiled in memory: in memory itself, or in a temporary file, which is
/// mapped, where it would fill the memory. The application loads its weights in the same two ways.
/// </summary>
internal sealed class ScratchWeights : IDisposable
{
    private readonly byte[] _content = [];
    private readonly string? _path;

    public ScratchWeights(byte[] content) => _content = content;

    /// <param name="bytes">About how many there will be.</param>
    /// <param name="write">Writes to an empty, seekable stream.</param>
    public ScratchWeights(long bytes, Action<Stream> write)
    {
        if (bytes <= LargestInMemory)
        {
            using var memory = new MemoryStream();
            write(memory);
            _content = memory.ToArray();
            return;
        }

        _path = Scratch.NewPath(".weights");
        try
        {
            using var file = new FileStream(_path, FileMode.CreateNew);
            write(file);
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            Dispose();
            throw Scratch.NotWritten(refused);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Above it weights go to a temporary file.</summary>
    public static long LargestInMemory { get; } = 64L << 20;

    /// <summary>What the method <c>Load</c> of a generated class takes: the path of the file, or its content.</summary>
    public object Source => (object?)_path ?? new ReadOnlyMemory<byte>(_content);

    /// <summary>The whole file, of a size that fits an array.</summary>
    public byte[] ToArray() => _path is null ? [.. _content] : File.ReadAllBytes(_path);

    /// <summary>Deletes the temporary file, if there is one.</summary>
    public void Dispose()
    {
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }
}
