using System.Numerics;
using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class KeySearchTests
{
    [Fact]
    public void Finds_what_is_a_key()
    {
        Check<float>([float.NaN, -2, 0, 1.5f], [0, -0f, 1.5f, 3, float.NaN, -2, float.PositiveInfinity], [2, 2, 3, 4, 0, 1, 4]);
        Check<long>([long.MinValue, 0, long.MaxValue], [1, long.MaxValue, long.MinValue, 0], [3, 2, 0, 1]);
        Check<double>([], [1], [0]);
    }

    [Fact]
    public void What_is_no_key_is_refused_where_one_is_required()
    {
        using var x = GuardedBuffer<long>.From([1, 5]);
        using var keys = GuardedBuffer<long>.From([1, 2]);
        using var y = new GuardedBuffer<long>(2);
        string message = Assert.Throws<ArgumentException>(() =>
            KeySearch.Run(x.Pointer, keys.Pointer, y.Pointer, 2, 2, required: true)).Message;
        Assert.Equal("KeySearch: 5 is none of the 2 categories.", message);
    }

    private static void Check<T>(T[] keys, T[] x, long[] expected) where T : unmanaged, INumber<T>
    {
        using var from = GuardedBuffer<T>.From(x);
        using var sorted = GuardedBuffer<T>.From(keys);
        using var y = new GuardedBuffer<long>(x.Length);
        KeySearch.Run(from.Pointer, sorted.Pointer, y.Pointer, x.Length, keys.Length, required: false);
        Assert.Equal(expected, y.Span.ToArray());
    }
}
