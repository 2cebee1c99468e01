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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<V>(float* source, float* target)
        where V : struct, IVectorF32<V>
    {
        var largest = Lanes16<Max>.Empty<V>();
        largest.Append<V>(source, axis);
        float max = largest.Total();
        var m = V.Broadcast(max);
        var sum = Lanes16<Sum>.Empty<V>();
        if (logarithm)
        {
            // The exponentials are not kept: a block of them at a time goes through this buffer, in the order of one long run.
            const int Block = 64;
            float* block = stackalloc float[Block];
            for (int i = 0; i < axis; i += Block)
            {
                int length = Math.Min(Block, axis - i);
                Exponentials(source + i, block, length, m);
                sum.Append<V>(block, length);
            }

            Result(source, target, m, V.Broadcast(MathF.Log(sum.Total())));
            return;
        }

        Exponentials(source, target, axis, m);
        sum.Append<V>(target, axis);
        Result(target, target, m, V.Broadcast(sum.Total()));
    }

    private static void Exponentials<V>(float* source, float* target, int length, V m)
        where V : struct, IVectorF32<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            V.Store(Exponential.Exp(V.Load(source + i) - m), target + i);
        }

        if (i < length)
        {
            V.StorePartial(Exponential.Exp(V.LoadPartial(source + i, length - i) - m), target + i, length - i);
        }
    }

    private void Result<V>(float* source, float* target, V m, V sum)
        where V : struct, IVectorF32<V>
    {
        int i = 0;
        for (; i <= axis - V.Count; i += V.Count)
        {
            V.Store(Finish(V.Load(source + i), m, sum), target + i);
        }

        if (i < axis)
        {
            V.StorePartial(Finish(V.LoadPartial(source + i, axis - i), m, sum), target + i, axis - i);
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
            var e = Exponential.Exp(V.Load(source + (i * inner)) - m);
            sum += e;
            if (!logarithm)
            {
                V.Store(e, target + (i * inner));
            }
        }

        if (logarithm)
        {
            sum = Logarithm(sum);
        }

        for (nint i = 0; i < axis; i++)
        {
            V.Store(Finish(V.Load((logarithm ? source : target) + (i * inner)), m, sum), target + (i * inner));
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

    /// <summary>From x (logarithm) or the exponential to the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Finish<V>(V value, V m, V sum)
        where V : struct, IVectorF32<V> => logarithm ? value - m - sum : Subnormal.ToZero(value / sum);
}
