using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Both softmaxes: maximum, sum of the exponentials, result. A row (inner = 1) runs with lanes along the axis and 16 partial sums;
/// otherwise lanes run along
/// inner and each adds its exponentials one after another.
/// </summary>
internal readonly unsafe struct SoftmaxSlices(float* x, float* y, int axis, int inner, bool logarithm) : ISplitCode
{
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        nint slice = (nint)axis * inner;
        for (int o = begin; o < end && slice != 0; o++)
        {
            float* source = x + (o * slice), target = y + (o * slice);
            if (inner == 1)
            {
                Row<V>(source, target);
                continue;
            }

            int column = 0;
            for (; column <= inner - V.Count; column += V.Count)
            {
                Columns<V>(source + column, target + column);
            }

            for (; column < inner; column++)
            {
                Columns<F32x1>(source + column, target + column);
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<V>(float* source, float* target)
        where V : struct, IVectorF32<V>
    {
        var largest = Lanes16<LargestNumber>.Empty<V>();
        largest.Append<V>(source, axis);
        float m = largest.Total<V>();
        var sum = Lanes16<Sum>.Empty<V>();
        if (logarithm)
        {
            sum.Append<V, Exponentials>(new(source, null, m), axis);
            Result(source, target, V.Broadcast(m), V.Broadcast(MathF.Log(sum.Total<V>())));
            return;
        }

        sum.Append<V, Exponentials>(new(source, target, m), axis);
        Result(target, target, V.Broadcast(m), V.Broadcast(1 / sum.Total<V>()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Result<V>(float* source, float* target, V m, V scale)
        where V : struct, IVectorF32<V>
    {
        int i = 0;
        for (; i <= axis - V.Count; i += V.Count)
        {
            V.Store(Finish(V.Load(source + i), m, scale), target + i);
        }

        if (i < axis)
        {
            V.StorePartial(Finish(V.LoadPartial(source + i, axis - i), m, scale), target + i, axis - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Columns<V>(float* source, float* target)
        where V : struct, IVectorF32<V>
    {
        var m = V.Load(source);
        for (nint i = 1; i < axis; i++)
        {
            m = V.Max(V.Load(source + (i * inner)), m);
        }

        var sum = V.Zero;
        for (nint i = 0; i < axis; i++)
        {
            var e = Exponential.ExpOfNegative(V.Load(source + (i * inner)) - m);
            sum += e;
            if (!logarithm)
            {
                V.Store(e, target + (i * inner));
            }
        }

        var scale = logarithm ? Logarithm(sum) : V.Broadcast(1) / sum;

        for (nint i = 0; i < axis; i++)
        {
            V.Store(Finish(V.Load((logarithm ? source : target) + (i * inner)), m, scale), target + (i * inner));
        }
    }

    [SkipLocalsInit]
    private static V Logarithm<V>(V sum)
        where V : struct, IVectorF32<V>
    {
        float* lanes = stackalloc float[16];
        V.Store(sum, lanes);
        for (int i = 0; i < V.Count; i++)
        {
            lanes[i] = MathF.Log(lanes[i]);
        }

        return V.Load(lanes);
    }

    /// <summary>
    /// From x (logarithm) or the exponential to the result: less the logarithm of the sum, or times its reciprocal, which costs one
    /// rounding more than a quotient and a fifth of its time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Finish<V>(V value, V m, V scale)
        where V : struct, IVectorF32<V> => logarithm ? value - m - scale : Subnormal.ToZero(value * scale);

    /// <summary>The largest x that is a number: a NaN reaches all results through the sum.</summary>
    private readonly struct LargestNumber : IReduction
    {
        public static float Start => float.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V>(V left, V right)
            where V : struct, IVectorF32<V> => V.IfGreater(left, right);

        public static float Finish(float joined, long count) => joined;
    }

    /// <summary>The exponentials of x - m, which are kept where <paramref name="y"/> is not null.</summary>
    private readonly struct Exponentials(float* x, float* y, float m) : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int i)
            where V : struct, IVectorF32<V>
        {
            var e = Exponential.ExpOfNegative(V.Load(x + i) - V.Broadcast(m));
            if (y != null)
            {
                V.Store(e, y + i);
            }

            return e;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V PartAt<V>(int i, int n)
            where V : struct, IVectorF32<V>
        {
            var e = Exponential.ExpOfNegative(V.LoadPartial(x + i, n) - V.Broadcast(m));
            if (y != null)
            {
                V.StorePartial(e, y + i, n);
            }

            return e;
        }
    }
}
