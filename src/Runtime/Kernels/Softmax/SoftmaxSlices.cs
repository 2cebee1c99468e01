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
        if (inner == 1 && !logarithm && axis != 0)
        {
            SoftmaxRows.Run<V>(x + (begin * slice), y + (begin * slice), slice, end - begin, axis);
            return;
        }

        for (int o = begin; o < end && slice != 0; o++)
        {
            float* source = x + (o * slice), target = y + (o * slice);
            if (inner == 1)
            {
                LogarithmOfRow<V>(source, target);
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
    private void LogarithmOfRow<V>(float* source, float* target)
        where V : struct, IVectorF32<V>
    {
        float* lanes = stackalloc float[Lanes16<Sum>.Count];
        Lanes16<LargestNumber>.Begin<V>(lanes);
        Lanes16<LargestNumber>.Append<V>(lanes, source, axis);
        float m = Lanes16<LargestNumber>.Total<V>(lanes);
        Lanes16<Sum>.Begin<V>(lanes);
        Lanes16<Sum>.Append<V, Exponentials>(lanes, new(source, null, m), axis);
        Result(source, target, V.Broadcast(m), V.Broadcast(MathF.Log(Lanes16<Sum>.Total<V>(lanes))));
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
    /// From x (logarithm) or the exponential to the result: less the logarithm of the sum, or times its reciprocal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Finish<V>(V value, V m, V scale)
        where V : struct, IVectorF32<V> => logarithm ? value - m - scale : Subnormal.ToZero(value * scale);
}
