using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles of floats: their pixels, their 16 products, and their outputs with bias, activation and store.</summary>
/// <param name="kernel">Computes the sums.</param>
/// <param name="pixels">Transforms them.</param>
/// <param name="weights">Filters.</param>
/// <param name="scratch">Slots.</param>
/// <param name="slotLength">Floats of each.</param>
/// <param name="atOnce">Tiles at most.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="epilogue">Bias.</param>
/// <param name="activation">Of the results.</param>
/// <param name="store">Where they go.</param>
internal readonly unsafe struct WinogradPart<TActivation, TStore>(
    TileKernel kernel, WinogradPixels pixels, WinogradWeights weights, float* scratch, int slotLength, int atOnce, WinogradTiles tiles,
    int channels, int outputs, AddBias epilogue, TActivation activation, TStore store) : IWinogradPart
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private const int Pitch = WinogradOutputs.Pitch;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int slot, int first, int count)
        where V : struct, IVectorF32<V>
    {
        float* sums = stackalloc float[Tile.MaxRows * WinogradOutputs.TilePitch];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        float* transformed = scratch + ((nint)slot * slotLength), filters = transformed + ((nint)atOnce * WinogradTile.Pitch(channels));
        pixels.Run<V>(first, count, transformed);
        nint panelBytes = PanelLayout.PanelBytesF32(channels), pointBytes = (nint)weights.Point * sizeof(float);
        nint tileBytes = (nint)WinogradTile.Pitch(channels) * sizeof(float);
        var depth = new Depth(channels, Outer: WinogradTile.Points, OuterLhs: channels, OuterRhs: weights.Point / PanelLayout.Columns);
        int width = weights.Panels * PanelLayout.Columns, runs = (count + kernel.Rows - 1) / kernel.Rows;
        for (int column = 0; column < outputs; column += width)
        {
            int columns = Math.Min(width, outputs - column);
            weights.Transform<V>(column / PanelLayout.Columns, PanelLayout.Panels(columns), filters);
            for (int run = 0; run < runs; run++)
            {
                // Runs of tiles of nearly equal height.
                int begin = (int)((long)count * run / runs), rows = (int)((long)count * (run + 1) / runs) - begin;
                byte* row = (byte*)transformed + (begin * tileBytes);
                for (int r = 0; r < rows; r++, row += tileBytes)
                {
                    lhs[r] = row;
                }

                new Tile(kernel, filters, panelBytes) { RunPitch = Pitch }
                    .Sum(lhs, rows, 0, columns, depth, sums, WinogradOutputs.TilePitch);

                int whole = columns - (columns % V.Count);
                Finish<V>(sums, first + begin, rows, column, whole);
                if (whole < columns)
                {
                    Rest<V>(sums + whole, first + begin, rows, column + whole, columns - whole);
                }
            }
        }
    }

    /// <summary>Whole registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Finish<V>(float* sums, int first, int rows, int column, int columns)
        where V : struct, IVectorF32<V>
    {
        // Copies, because what is written might be this.
        var (all, bias, function, target) = (tiles, epilogue, activation, store);
        var place = all.Locate(first);
        for (int r = 0; r < rows; r++, all.Step(ref place))
        {
            nint output = ((((nint)place.Image * all.OutH) + place.Row) * all.OutW) + place.Column;
            bool below = place.Row + 1 < all.OutH, right = place.Column + 1 < all.OutW;
            for (int c = 0; c < columns; c += V.Count)
            {
                var results = WinogradOutputs.Join<V>(sums + (r * WinogradOutputs.TilePitch) + c);
                var term = bias.Term<V>(column + c, V.Count);
                target.Write(function.Invoke(results.First + term), output, column + c, V.Count);
                if (right)
                {
                    target.Write(function.Invoke(results.Second + term), output + 1, column + c, V.Count);
                }

                if (below)
                {
                    target.Write(function.Invoke(results.Third + term), output + all.OutW, column + c, V.Count);
                    if (right)
                    {
                        target.Write(function.Invoke(results.Fourth + term), output + all.OutW + 1, column + c, V.Count);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Less than a register of columns, which most layers do not have: compiled apart, with the epilogue of every product.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Rest<V>(float* sums, int first, int rows, int column, int columns)
        where V : struct, IVectorF32<V>
    {
        float* results = stackalloc float[Tile.MaxRows * WinogradOutputs.OfTile * Pitch];
        nint* places = stackalloc nint[Tile.MaxRows * WinogradOutputs.OfTile];
        WinogradOutputs.Join<V>(sums, rows, results);
        WinogradOutputs.Locate(tiles, first, rows, places);
        Product.Finish<V, AddBias, TActivation, TStore>(
            results, Pitch, rows * WinogradOutputs.OfTile, columns, places, column, epilogue, activation, store, 0);
    }
}
