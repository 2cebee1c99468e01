using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Tiles of bytes: their pixels, their 36 products, and their outputs with the epilogue of every product of bytes.
/// </summary>
/// <param name="kernel">Computes the sums.</param>
/// <param name="pixels">Transforms them.</param>
/// <param name="weights">Filters.</param>
/// <param name="scratch">Slots as long as <see cref="LargeTile.SlotLength"/> says.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input, in whole groups of four.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="epilogue">From exact sums to values.</param>
/// <param name="activation">Of the results.</param>
/// <param name="store">Where they go.</param>
internal readonly unsafe struct LargeTilePart<TActivation, TStore>(
    TileKernel kernel, LargeTilePixels pixels, LargeTileWeights weights, short* scratch, WinogradTiles tiles, int channels, int outputs,
    DequantizeAddBias epilogue, TActivation activation, TStore store) : IWinogradPart
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private const int Pitch = LargeTileOutputs.Pitch, TilePitch = LargeTileOutputs.TilePitch;

    /// <summary>Of a tile.</summary>
    private const int Results = LargeTile.Outputs * LargeTile.Outputs;

    /// <summary>Tiles of a call: with eight a layer takes longer, with four as long (decision 0666).</summary>
    private const int MostRows = 6;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int slot, int first, int count)
        where V : struct, IVectorF32<V>
    {
        int* sums = stackalloc int[MostRows * TilePitch];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        short* transformed = scratch + ((nint)slot * LargeTile.SlotLength(channels));
        short* filters = transformed + LargeTile.PixelsLength(channels);
        pixels.Run<V>(first, count, transformed);
        nint panelBytes = PanelLayout.PanelBytesBF16(channels), tileBytes = (nint)LargeTile.Pitch(channels) * sizeof(short);

        // Points are outer steps. A row of weights is a byte of pixels.
        int depth = channels * sizeof(short), step = weights.Point * sizeof(short) / PanelLayout.Columns;

        // There is no code for curves.
        bool isCode = MachineEpilogue.TryCreate(epilogue, activation, store, out var finished) && kernel.LargeTiles is not null
            && !finished.Form.HasFlag(EpilogueForm.Gelu);
        int most = Math.Min(kernel.Rows, MostRows), runs = (count + most - 1) / most;
        for (int column = 0; column < outputs; column += LargeTile.RunColumns)
        {
            int columns = Math.Min(LargeTile.RunColumns, outputs - column);
            weights.Transform<V>(column / PanelLayout.Columns, PanelLayout.Panels(columns), filters);
            for (int run = 0; run < runs; run++)
            {
                // Runs of tiles of nearly equal height.
                int begin = (int)((long)count * run / runs), rows = (int)((long)count * (run + 1) / runs) - begin;
                for (int r = 0; r < rows; r++)
                {
                    lhs[r] = (byte*)transformed + ((begin + r) * tileBytes);
                }

                if (isCode && finished.Form.HasFlag(EpilogueForm.Sum))
                {
                    Fetch(finished, first + begin, rows, column, columns);
                }

                new Tile(kernel, filters, panelBytes) { RunPitch = Pitch }
                    .Sum(lhs, rows, 0, columns, new(depth, Outer: LargeTile.Points, OuterLhs: depth, OuterRhs: step), sums, TilePitch);
                if (isCode)
                {
                    Finish(finished, sums, first + begin, rows, column, columns);
                }
                else
                {
                    Finish<V>(sums, first + begin, rows, column, columns);
                }
            }
        }
    }

    /// <summary>What tiles are added to comes while their products are computed: floats lie in memory or in a far cache.</summary>
    private void Fetch(in MachineEpilogue finished, int first, int count, int column, int columns)
    {
        nint* places = stackalloc nint[Results];
        var place = tiles.Locate(first);
        for (int tile = 0; tile < count; tile++, tiles.Step(ref place))
        {
            var (high, wide) = Size(place);
            Locate(place, high, wide, places);
            for (int i = 0; i < high * wide; i++)
            {
                finished.Fetch(places[i], column, columns);
            }
        }
    }

    /// <summary>From the sums of tiles beside each other to the target.</summary>
    private void Finish<V>(int* sums, int first, int count, int column, int columns)
        where V : struct, IVectorF32<V>
    {
        int* results = stackalloc int[Results * Pitch];
        nint* places = stackalloc nint[Results];
        var place = tiles.Locate(first);
        for (int tile = 0; tile < count; tile++, sums += TilePitch, tiles.Step(ref place))
        {
            var (high, wide) = Size(place);
            LargeTileOutputs.Join<V>(sums, high, wide, columns, results);
            Locate(place, high, wide, places);
            Product.Finish<V, DequantizeAddBias, TActivation, TStore>(
                (float*)results, Pitch, high * wide, columns, places, column, epilogue, activation, store, 0);
        }
    }

    /// <summary>The same in machine code: tiles whose results are all there in one call, others by themselves.</summary>
    private void Finish(in MachineEpilogue finished, int* sums, int first, int count, int column, int columns)
    {
        var transforms = kernel.LargeTiles!;
        nint* places = stackalloc nint[MostRows * Results];
        byte** ofTiles = stackalloc byte*[MostRows];
        TileCall call;
        for (int c = 0; c < columns; c += PanelLayout.Columns)
        {
            finished.Describe(column + c, Math.Min(PanelLayout.Columns, columns - c), 0, &call);
            int wholes = 0;
            var place = tiles.Locate(first);
            for (int tile = 0; tile < count; tile++, tiles.Step(ref place))
            {
                var (high, wide) = Size(place);
                Locate(place, LargeTile.Outputs, LargeTile.Outputs, places + (wholes * Results));
                ofTiles[wholes] = (byte*)(sums + (tile * TilePitch) + c);
                if (high == LargeTile.Outputs && wide == LargeTile.Outputs)
                {
                    wholes++;
                }
                else
                {
                    transforms.Outputs(finished.Form, &call, ofTiles + wholes, places + (wholes * Results), 1, high, wide);
                }
            }

            if (wholes > 0)
            {
                transforms.Outputs(finished.Form, &call, ofTiles, places, wholes, LargeTile.Outputs, LargeTile.Outputs);
            }
        }
    }

    /// <summary>Rows and columns of results of a tile that the image has.</summary>
    private (int High, int Wide) Size(in WinogradPlace tile) =>
        (Math.Min(LargeTile.Outputs, tiles.OutH - tile.Row), Math.Min(LargeTile.Outputs, tiles.OutW - tile.Column));

    /// <summary>The rows of the target that the results of a tile go to.</summary>
    private void Locate(in WinogradPlace tile, int high, int wide, nint* places)
    {
        nint line = ((((nint)tile.Image * tiles.OutH) + tile.Row) * tiles.OutW) + tile.Column;
        for (int i = 0; i < high; i++, line += tiles.OutW)
        {
            for (int j = 0; j < wide; j++)
            {
                *places++ = line + j;
            }
        }
    }
}
