using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>A loop without an end throws at the last number that an iteration can have.</summary>
public sealed unsafe class LoopTests
{
    [Fact]
    public void Loops_end_at_their_trip_count_and_throw_at_the_limit()
    {
        Assert.True(Loop.Continues(2, 3));
        Assert.False(Loop.Continues(3, 3));
        Assert.True(Loop.Continues(int.MaxValue - 1, int.MaxValue));
        Assert.Throws<InvalidOperationException>(() => Loop.Continues(int.MaxValue, int.MaxValue));
        long endless = long.MaxValue;
        bool goes = true;
        Pointer<long> count = new(&endless);
        Pointer<bool> condition = new(&goes);
        Assert.True(Loop.Continues(int.MaxValue - 1, count, condition));
        AssertThrows(count, condition);
        goes = false;
        Assert.False(Loop.Continues(7, count, condition));
    }

    private static void AssertThrows(Pointer<long> count, Pointer<bool> condition)
    {
        Assert.Throws<InvalidOperationException>(() => Loop.Continues(int.MaxValue, count));
        Assert.Throws<InvalidOperationException>(() => Loop.Continues(int.MaxValue, count, condition));
        Assert.Throws<InvalidOperationException>(() => Loop.Continues(int.MaxValue, int.MaxValue, condition));
    }
}
