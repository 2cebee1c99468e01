using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Xunit;

namespace MixPrec.Runtime.Tests;

/// <summary>
/// Pages whose last one has no access, used again: on a virtual machine mapping and touching new ones took nine tenths of the time of these
/// tests.
/// </summary>
internal sealed unsafe class GuardedRegion
{
    /// <summary>A multiple of every page size.</summary>
    private const int Page = 64 * 1024;

    private static readonly ConcurrentDictionary<int, ConcurrentBag<GuardedRegion>> Free = new();

    private readonly int size;

    private GuardedRegion(int size, int margin)
    {
        this.size = size;
        if (OperatingSystem.IsLinux())
        {
            nint memory = Pages.Map(0, (nuint)(size + Page), 3, 0x22, -1, 0);
            Assert.NotEqual(-1, memory);
            Assert.Equal(0, Pages.Protect(memory + size, Page, 0));
            End = (byte*)memory + size;
        }
        else
        {
            End = (byte*)NativeMemory.Alloc((nuint)(size + margin)) + size;
            Writable = margin;
        }
    }

    /// <summary>Where the page without access begins.</summary>
    public byte* End { get; }

    /// <summary>Bytes from <see cref="End"/> on that can be written after all.</summary>
    public int Writable { get; }

    /// <param name="bytes">At least so many before the end.</param>
    /// <param name="margin">So many after it where no page can be protected.</param>
    public static GuardedRegion Rent(int bytes, int margin)
    {
        int size = (bytes + Page - 1) / Page * Page;
        return Free.TryGetValue(size, out var regions) && regions.TryTake(out var region) ? region : new(size, margin);
    }

    public void Return() => Free.GetOrAdd(size, _ => []).Add(this);
}
