using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>The rectangles of a product, for the threads of a session; parameters as for <see cref="Product"/>.</summary>
internal readonly struct ProductParts<TSource, TEpilogue, TActivation, TStore>(
    ProductGrid grid, Tile tile, Depth depth, nint rowBytes, TSource source, int rows, int begin, int end,
    TEpilogue epilogue, TActivation activation, TStore store, int firstColumn) : ISplitCode
    where TSource : struct, IRowSource
    where TEpilogue : struct, IEpilogue
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int first, int last)
        where V : struct, IVectorF32<V>
    {
        for (int part = first; part < last; part++)
        {
            var (down, across) = Math.DivRem(part, grid.Columns);
            int row = down * grid.High, rowsEnd = down == grid.Rows - 1 ? rows : row + grid.High, column = begin + (across * grid.Wide);
            Product.Rectangle<V, TSource, TEpilogue, TActivation, TStore>(
                tile, depth, rowBytes, source, row, rowsEnd, column, Math.Min(column + grid.Wide, end),
                epilogue, activation, store, firstColumn);
        }
    }
}
