using System.Globalization;
using Xunit;

namespace MixPrec.Runtime.Tests.Weights;

/// <summary>Large memory is asked for in large pages: what Linux says of the process itself.</summary>
public sealed unsafe class LargePagesTests
{
    [Fact]
    public void Linux_knows_that_large_memory_is_to_have_large_pages()
    {
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/transparent_hugepage/enabled"), "no Linux with large pages");
        const long Bytes = (4 * LargePages.Bytes) + 12345;
        using var memory = AlignedMemory.Allocate(Bytes);
        Assert.Equal(0, (nint)memory.Address % LargePages.Bytes);
        new Span<byte>(memory.Address, (int)Bytes).Fill(7);

        // "hg": asked for. The last page is not whole, and shared with whatever lies behind.
        Assert.Contains("hg", Flags((ulong)memory.Address));
        Assert.Contains("hg", Flags((ulong)memory.Address + (4 * LargePages.Bytes) - 1));
        using var small = AlignedMemory.Allocate(1000);
        Assert.Equal(0, (nint)small.Address % AlignedMemory.Alignment);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData((2 * LargePages.Bytes) - 1, false)]
    [InlineData(2 * LargePages.Bytes, true)]
    [InlineData(1L << 40, true)]
    public void Only_several_pages_are_asked_for(long bytes, bool expected) =>
        Assert.Equal(expected && OperatingSystem.IsLinux(), LargePages.AreFor(bytes));

    /// <summary>Of the mapping that an address lies in.</summary>
    private static string[] Flags(ulong address)
    {
        bool isInside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0].Contains('-', StringComparison.Ordinal))
            {
                ulong[] ends =
                    [.. words[0].Split('-').Select(end => ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
                isInside = address >= ends[0] && address < ends[1];
            }
            else if (isInside && words[0] == "VmFlags:")
            {
                return words[1..];
            }
        }

        throw new InvalidOperationException($"nothing is mapped at {address:x}");
    }
}
