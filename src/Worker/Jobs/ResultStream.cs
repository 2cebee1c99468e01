using MixPrec.Compiler;

namespace MixPrec.Worker.Jobs;

/// <summary>
/// A file of results in which the system's refusals have a code: whoever writes weights knows nothing of the folder that has no room.
/// </summary>
/// <param name="error">The exception to throw for a refusal.</param>
internal sealed class ResultStream(FileStream file, Func<Exception, MixPrecException> error) : Stream
{
    public override bool CanRead => file.CanRead;

    public override bool CanSeek => file.CanSeek;

    public override bool CanWrite => file.CanWrite;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override void Flush() => Attempt(file.Flush);

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Attempt(() => position = file.Seek(offset, origin));
        return position;
    }

    public override void SetLength(long value) => Attempt(() => file.SetLength(value));

    public override void Write(byte[] buffer, int offset, int count) => Attempt(() => file.Write(buffer, offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            throw error(refused);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Attempt(file.Dispose);
        }

        base.Dispose(disposing);
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            throw error(refused);
        }
    }
}
