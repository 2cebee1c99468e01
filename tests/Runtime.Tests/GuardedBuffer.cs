using Xunit;

namespace MixPrec.Runtime.Tests;

/// <summary>
/// Memory that ends exactly where a page without access begins (Linux; elsewhere marked bytes follow), with marked bytes before it:
/// reading or writing past the end stops the process, writing before the start fails <see cref="Check"/>.
/// </summary>
internal sealed unsafe class GuardedBuffer<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Marked bytes on either side: more than a tile or a register reaches.</summary>
    private const int Margin = 4096;
    private const byte Mark = 0xA5;
    private readonly GuardedRegion region;
    private readonly int bytes;

    public GuardedBuffer(int length)
    {
        Length = length;
        bytes = length * sizeof(T);
        region = GuardedRegion.Rent(bytes + Margin, Margin);
        Address = (T*)(region.End - bytes);
        Before.Fill(Mark);
        new Span<byte>(Address, bytes).Fill(Mark);
        After.Fill(Mark);
    }

    public T* Address { get; }

    public int Length { get; }

    public Pointer<T> Pointer => new(Address);

    public Span<T> Span => new(Address, Length);

    private Span<byte> Before => new((byte*)Address - Margin, Margin);

    /// <summary>Nothing where a page without access takes its place.</summary>
    private Span<byte> After => new(region.End, region.Writable);

    public static GuardedBuffer<T> From(ReadOnlySpan<T> values)
    {
        var buffer = new GuardedBuffer<T>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Fails when bytes around the buffer have changed.</summary>
    public void Check()
    {
        Assert.Equal(-1, Before.IndexOfAnyExcept(Mark));
        Assert.Equal(-1, After.IndexOfAnyExcept(Mark));
    }

    public void Dispose() => region.Return();
}
