using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Functions that are too rare for vector code, lane by lane: the same bits for every width.</summary>
internal static unsafe class EachLane
{
    [SkipLocalsInit]
    public static V Apply<V, TFunction>(V x)
        where V : struct, IVectorF32<V>
        where TFunction : IScalarFunction
    {
        float* lanes = stackalloc float[16];
        V.Store(x, lanes);
        for (int i = 0; i < V.Count; i++)
        {
            lanes[i] = TFunction.Invoke(lanes[i]);
        }

        return V.Load(lanes);
    }
}
