using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>From raw sums of columns column … column + n - 1 to the values before the activation; further lanes may hold anything.</summary>
internal unsafe interface IFinish
{
    V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V>;
}

/// <summary>sum + bias</summary>
internal readonly unsafe struct BiasFinish(float* bias) : IFinish
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.Load((float*)sums) + V.LoadPartial(bias + column, n);
}

/// <summary>fma(float(sum + correction), scale, bias)</summary>
internal readonly unsafe struct ScaleFinish(int* correction, float* scale, float* bias) : IFinish
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.FusedMultiplyAdd(V.LoadInt32Sum((int*)sums, correction + column), V.Load(scale + column), V.Load(bias + column));
}

/// <summary>float(sum + correction) · scale</summary>
internal readonly unsafe struct ColumnScaleFinish(int* correction, float* scale) : IFinish
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.LoadInt32Sum((int*)sums, correction + column) * V.Load(scale + column);
}

/// <summary>float(sum + correction) · scale, one scale for all columns</summary>
internal readonly unsafe struct UniformScaleFinish(int* correction, float scale) : IFinish
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.LoadInt32Sum((int*)sums, correction + column) * V.Broadcast(scale);
}

/// <summary>The sum itself.</summary>
internal readonly unsafe struct NoFinish : IFinish
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.Load((float*)sums);
}
