using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>The kernels that move and join elements allocate nothing on the managed heap.</summary>
public sealed class ElementwiseAllocationTests
{
    // Literal spans would allocate in unoptimised test code.
    private static readonly int[] Sizes = [4, 5, 6], Dense = [30, 6, 1], Turned = [1, 4, 20], Ones = [1, 1, 1], Twos = [2, 2, 2],
        Axes = [1], Outputs = [5, 6, 7];

    [Fact]
    public void Kernels_allocate_nothing()
    {
        using var x = new GuardedBuffer<float>(4096);
        using var y = new GuardedBuffer<float>(4096);
        x.Span.Clear();
        Run(x.Pointer, y.Pointer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(x.Pointer, y.Pointer);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Run(Pointer<float> x, Pointer<float> y)
    {
        Map.Run(default(Exp), x, y, 100);
        Zip.Run(default(Power), x, x, y, Sizes, Dense, Turned);
        Zip.Run(default(Add), x.At<long>(0), x.At<long>(0), y.At<long>(0), Sizes, Dense, Turned);
        Softmax.Run(x, y, 4, 30, 1);
        LogSoftmax.Run(x, y, 4, 5, 6);
        Reduce.Run(default(Mean), x, y, Sizes, Axes);
        Pool.Max(x, y, 1, 3, Sizes, Outputs, Twos, Ones, Ones, Ones, Ones);
        Pool.Average(x, y, 1, 3, Sizes, Outputs, Twos, Ones, Ones, Ones, Ones, countPadding: true);
        Copy.Strided(x, y, Sizes, Turned, Dense);
        Pad.Run(x, y, Sizes, Ones, Twos, PadMode.Reflect, x);
        Gather.Run(x, x.At<long>(0), y, 2, 3, 4, 5);
        Cast.Run(x, y.At<long>(0), 50);
    }
}
