using System.Runtime.InteropServices;
using Xunit;

namespace MixPrec.Runtime.Tests;

/// <summary>
/// Memory that ends exactly where a page without access begins (Linux; elsewhere marked bytes follow), with marked bytes before it:
/// reading or writing past the end stops the process, writing before the start fails <see cref="Check"/>.
/// </summary>
internal sealed unsafe class GuardedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Page = 64 * 1024;
    private const byte Mark = 0xA5;
    private readonly byte* memory;
    private readonly nuint size;
    private readonly nuint bytes;

    public GuardedBuffer(int length)
    {
        Length = length;
        bytes = (nuint)(length * sizeof(T));
        size = ((bytes + Page - 1) / Page * Page) + (2 * Page);
        if (OperatingSystem.IsLinux())
        {
            memory = (byte*)Pages.Map(0, size, 3, 0x22, -1, 0);
            Assert.NotEqual(-1, (nint)memory);
            Assert.Equal(0, Pages.Protect((nint)memory + (nint)size - Page, Page, 0));
        }
        else
        {
            memory = (byte*)NativeMemory.Alloc(size);
        }

        NativeMemory.Fill(memory, size - Page, Mark);
        if (!OperatingSystem.IsLinux())
        {
            NativeMemory.Fill(memory + size - Page, Page, Mark);
        }

        Address = (T*)(memory + size - Page - bytes);
    }

    public T* Address { get; }

    public int Length { get; }

    public Pointer<T> Pointer => new(Address);

    public Span<T> Span => new(Address, Length);

    public static GuardedBuffer<T> From(ReadOnlySpan<T> values)
    {
        var buffer = new GuardedBuffer<T>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Fails when bytes around the buffer have changed.</summary>
    public void Check()
    {
        Assert.Equal(-1, new Span<byte>(memory, (int)(size - Page - bytes)).IndexOfAnyExcept(Mark));
        if (!OperatingSystem.IsLinux())
        {
            Assert.Equal(-1, new Span<byte>(memory + size - Page, Page).IndexOfAnyExcept(Mark));
        }
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(0, Pages.Unmap((nint)memory, size));
        }
        else
        {
            NativeMemory.Free(memory);
        }
    }
}
