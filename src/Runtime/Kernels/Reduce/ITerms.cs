using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>What is reduced, computed when it is asked for.</summary>
internal interface ITerms
{
    /// <summary>Terms i, i + 1, …, as many as the register has lanes.</summary>
    V At<V>(int i)
        where V : struct, IVectorF32<V>;

    /// <summary>The first <paramref name="n"/> of them; the other lanes may hold anything.</summary>
    V PartAt<V>(int i, int n)
        where V : struct, IVectorF32<V>;
}
