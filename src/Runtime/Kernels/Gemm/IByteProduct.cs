using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>A product of bytes with its arguments, waiting for the tile that computes its sums and the width of its epilogue.</summary>
internal interface IByteProduct
{
    void Run<V, TTile>(TTile tile)
        where V : struct, IVectorF32<V>
        where TTile : struct, ITile;
}
