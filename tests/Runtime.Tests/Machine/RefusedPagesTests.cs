using System.Runtime.InteropServices;
using MixPrec.Runtime.Machine;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>Systems that refuse memory, or refuse to execute it: there is no code then, and nothing is kept.</summary>
public sealed unsafe class RefusedPagesTests
{
    [ThreadStatic]
    private static int allocated;

    [Fact]
    public void Without_memory_there_is_no_code() => Assert.Equal(0, ExecutableMemory.Copy<NoPages>([0xC3]));

    [Fact]
    public void Memory_that_may_not_be_executed_is_given_back()
    {
        Assert.Equal(0, ExecutableMemory.Copy<NoExecutablePages>([0xC3]));
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Code_is_complete_before_it_can_be_executed()
    {
        byte* code = (byte*)ExecutableMemory.Copy<WatchedPages>([0x90, 0xC3]);
        Assert.Equal([0x90, 0xC3], new ReadOnlySpan<byte>(code, 2).ToArray());
        NativeMemory.Free(code);
    }

    private readonly struct NoPages : IPages
    {
        public static nint Allocate(nuint bytes) => 0;

        public static bool MakeExecutable(nint pages, nuint bytes) => throw new InvalidOperationException("There are no pages.");

        public static void Free(nint pages, nuint bytes) => throw new InvalidOperationException("There are no pages.");
    }

    private readonly struct NoExecutablePages : IPages
    {
        public static nint Allocate(nuint bytes)
        {
            allocated++;
            return (nint)NativeMemory.Alloc(bytes);
        }

        public static bool MakeExecutable(nint pages, nuint bytes) => false;

        public static void Free(nint pages, nuint bytes)
        {
            allocated--;
            NativeMemory.Free((void*)pages);
        }
    }

    private readonly struct WatchedPages : IPages
    {
        public static nint Allocate(nuint bytes) => (nint)NativeMemory.AllocZeroed(bytes);

        public static bool MakeExecutable(nint pages, nuint bytes) => new ReadOnlySpan<byte>((void*)pages, (int)bytes)[^1] == 0xC3;

        public static void Free(nint pages, nuint bytes) => throw new InvalidOperationException("The last byte was missing.");
    }
}
