using System.Numerics;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class ZipTests
{
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Random_shapes_broadcast(VectorWidth width)
    {
        var random = new Random(1);
        for (int run = 0; run < 60; run++)
        {
            int[] shape = Indices.RandomShape(random, random.Next(0, 6));
            Check<Add, float>(width, random, shape, Number, (a, b) => a + b);
            Check<Subtract, float>(width, random, shape, Number, (a, b) => a - b);
            Check<Multiply, float>(width, random, shape, Number, (a, b) => a * b);
            Check<Divide, float>(width, random, shape, Number, (a, b) => a / b);
            Check<PRelu, float>(width, random, shape, Number, (a, b) => a < 0 ? a * b : a);
            Check<Maximum, float>(width, random, shape, Number, MathF.Max);
            Check<Minimum, float>(width, random, shape, Number, MathF.Min);
            Check<Power, float>(width, random, shape, Number, (a, b) => b == 2 ? a * a : MathF.Pow(a, b));
            Check<Add, long>(width, random, shape, r => r.NextInt64(), (a, b) => unchecked(a + b));
            Check<Multiply, int>(width, random, shape, r => r.Next(), (a, b) => unchecked(a * b));
            Check<Divide, double>(width, random, shape, r => r.NextDouble() - 0.5, (a, b) => a / b);
            Check<Power, double>(width, random, shape, r => r.NextDouble(), Math.Pow);
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Long_rows_take_whole_registers(VectorWidth width)
    {
        for (int length = 1; length <= 50; length++)
        {
            foreach (bool left in new[] { false, true })
            {
                Compare<Subtract, float>(width, new Random(length), [2, length], left ? [0, 0] : [length, 1], left ? [length, 1] : [1, 0],
                    Number, (a, b) => a - b);
            }
        }
    }

    [Fact]
    public void Integer_powers_are_exact()
    {
        Assert.Equal(4052555153018976267L, Invoke<Power, long>(3, 39));
        Assert.Equal(1, Invoke<Power, int>(-7, 0));
        Assert.Equal(0, Invoke<Power, int>(2, -1));
        Assert.Equal(-1, Invoke<Power, int>(-1, -3));
        Assert.Equal(1, Invoke<Power, int>(-1, -2));
        Assert.Throws<DivideByZeroException>(() => Invoke<Power, int>(0, -1));
        Assert.Throws<DivideByZeroException>(() => Invoke<Divide, long>(1, 0));
        Assert.Equal(-2, Invoke<Divide, int>(-7, 3));
    }

    [Fact]
    public unsafe void More_than_eight_axes_are_refused()
    {
        int[] nine = new int[9];
        Assert.Throws<ArgumentException>(() => Zip.Run(default(Add), default(Pointer<float>), default, default, nine, nine, nine));
        Assert.Throws<ArgumentException>(() => Zip.Run(default(Add), default(Pointer<float>), default, default, [1, 2], [1], [1, 1]));
    }

    private static float Number(Random random) => random.Next(12) switch
    {
        0 => float.NaN,
        1 => -0f,
        2 => 0f,
        3 => float.NegativeInfinity,
        4 => 2,
        _ => (random.NextSingle() * 4) - 2,
    };

    private static void Check<TFunction, T>(VectorWidth width, Random random, int[] shape, Func<Random, T> number, Func<T, T, T> truth)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T> =>
        Compare<TFunction, T>(width, random, shape, Broadcast(random, shape), Broadcast(random, shape), number, truth);

    private static int[] Broadcast(Random random, int[] shape)
    {
        bool[] kept = [.. shape.Select(_ => random.Next(3) > 0)];
        int[] strides = Indices.RowMajor([.. shape.Select((size, i) => kept[i] ? size : 1)]);
        return [.. strides.Select((stride, i) => kept[i] ? stride : 0)];
    }

    private static void Compare<TFunction, T>(
        VectorWidth width, Random random, int[] shape, int[] aStrides, int[] bStrides, Func<Random, T> number, Func<T, T, T> truth)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T>
    {
        T[] a = Operand(random, shape, aStrides, number), b = Operand(random, shape, bStrides, number);
        using var left = GuardedBuffer<T>.From(a);
        using var right = GuardedBuffer<T>.From(b);
        using var y = new GuardedBuffer<T>(Indices.Count(shape));
        Zip.Run(width, default(TFunction), left.Pointer, right.Pointer, y.Pointer, shape, aStrides, bStrides);
        y.Check();
        T[] expected = [.. Indices.Of(shape).Select(i => truth(a[Indices.Offset(i, aStrides)], b[Indices.Offset(i, bStrides)]))];
        Assert.Equal(expected, y.Span.ToArray());
    }

    private static T[] Operand<T>(Random random, int[] shape, int[] strides, Func<Random, T> number)
    {
        int extent = shape.Zip(strides, (size, stride) => Math.Max(0, size - 1) * stride).Sum() + 1;
        return [.. Enumerable.Range(0, shape.Contains(0) ? 0 : extent).Select(_ => number(random))];
    }

    private static T Invoke<TFunction, T>(T a, T b)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T> => default(TFunction).Invoke(a, b);
}
