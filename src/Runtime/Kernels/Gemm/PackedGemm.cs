using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>A product whose left rows lie one after another, with the tile that computes its sums.</summary>
/// <param name="rows">Of the left operand.</param>
/// <param name="columns">Of the weights.</param>
/// <param name="tile">Kernel and weights.</param>
/// <param name="lhs">Row 0.</param>
/// <param name="depth">Elements that a tile sums, padding of bytes included.</param>
/// <param name="rowBytes">From row to row.</param>
/// <param name="epilogue">From sums to values.</param>
/// <param name="activation">Applied to each value.</param>
/// <param name="store">Where results go.</param>
internal readonly unsafe struct PackedGemm<TEpilogue, TActivation, TStore>(
    int rows, int columns, Tile tile, void* lhs, int depth, nint rowBytes, TEpilogue epilogue, TActivation activation, TStore store)
        : IVectorCode
    where TEpilogue : struct, IEpilogue
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    public void Run<V>()
        where V : struct, IVectorF32<V> =>
        Product.Run<V, MatrixRows, TEpilogue, TActivation, TStore>(
            tile, new Depth(depth), rowBytes, new((byte*)lhs, rowBytes), rows, 0, columns, epilogue, activation, store, 0);
}
