using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>Tiles in machine code: picks the procedures for the rows and columns at hand.</summary>
internal static unsafe class MachineTile<TKernel, TCall>
    where TKernel : struct, IMachineKernel
    where TCall : struct, IProcedureCall
{
    /// <inheritdoc cref="Tile.Sum"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int width = PanelLayout.Columns / TKernel.RegistersOfPanel;
        int left = (columns + width - 1) / width;
        uint* target = (uint*)sums;
        int length = TKernel.PaddedDepth(depth.Length);
        if (length <= 0 || depth.Outer <= 0 || depth.Inner <= 0)
        {
            for (int run = 0; run < (tile.RunPitch == 0 ? 1 : depth.Outer); run++)
            {
                for (int row = 0; row < rows; row++)
                {
                    new Span<uint>(target + ((nint)run * tile.RunPitch) + ((nint)row * sumPitch), left * width).Clear();
                }
            }

            return;
        }

        if (TKernel.GroupRows > 1
            && ((length | depth.First | (int)depth.OuterRhs | (int)depth.InnerRhs) & (TKernel.GroupRows - 1)) != 0)
        {
            OddRuns.Sum(tile, lhs, rows, column, left * width, depth, sums, sumPitch);
            return;
        }

        // On the stack by itself: such a method is compiled with all optimisations at once, unless it was compiled ahead.
        TileCall* call = stackalloc TileCall[1];
        Describe(tile, depth, length, call);
        call->Lhs = lhs;
        call->SumPitch = sumPitch * sizeof(uint);
        call->RunPitch = tile.RunPitch * sizeof(uint);
        long perVector = MultiplyAdds(*call) * rows;
        var procedures = TKernel.Procedures.Slice(TileCall.Index(rows), TileCall.Entries);
        int most = procedures[0];
        nint upcoming = Announce(tile, (left + most - 1) / most, call);
        while (left > 0)
        {
            // Nearly equal widths, 4 panels are 2 + 2 and never 3 and a slow single one. A tile begins with a panel, or stays within one.
            int vectors = left;
            if (left > most)
            {
                int calls = (left + most - 1) / most, unit = Math.Min(most, TKernel.RegistersOfPanel);
                vectors = Math.Min((((left + calls - 1) / calls) + unit - 1) / unit, most / unit) * unit;
            }

            Locate(tile, depth, column, call);
            call->Sums = target;
            TCall.Invoke(procedures[vectors], call, perVector * vectors <= CallSize.ShortMultiplyAdds);
            call->Upcoming += upcoming;
            left -= vectors;
            column += vectors * width;
            target += vectors * width;
        }
    }

    /// <inheritdoc cref="Tile.Finish"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Finish(in Tile tile, int rows, int column, int columns, in Depth depth, EpilogueForm form, TileCall* call)
    {
        Describe(tile, depth, TKernel.PaddedDepth(depth.Length), call);
        Locate(tile, depth, column, call);
        Announce(tile, 1, call);
        int width = PanelLayout.Columns / TKernel.RegistersOfPanel, vectors = (columns + width - 1) / width;
        var procedures = TKernel.Finished.Slice((int)form * TileCall.ListLength, TileCall.ListLength);
        bool isShort = MultiplyAdds(*call) * rows * vectors * call->Tiles <= CallSize.ShortMultiplyAdds;
        bool isHalf = 2 * columns <= TileCall.OneAndAHalf * width && procedures[TileCall.Index(rows)] == TileCall.OneAndAHalf;
        int procedure = procedures[TileCall.Index(rows) + (vectors == 2 && isHalf ? TileCall.OneAndAHalf : vectors)];
        if (procedure == 0)
        {
            throw new InvalidOperationException($"There is no code for {rows} rows with the epilogue {form}.");
        }

        TCall.Invoke(procedure, call, isShort);
    }

    /// <summary>Of one row and register.</summary>
    private static long MultiplyAdds(in TileCall call) => call.Outer * (long)call.Inner * (call.RunBytes / sizeof(uint));

    /// <param name="tile">Weights.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="length">Of a run, padded.</param>
    /// <param name="call">Gets its sizes and steps.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Describe(in Tile tile, in Depth depth, int length, TileCall* call)
    {
        nint weightRow = TKernel.WeightRowBytes(tile), run = length * TKernel.ElementBytes;
        nint innerLhs = depth.InnerLhs * TKernel.ElementBytes, innerWeights = depth.InnerRhs * weightRow;
        call->WeightsPitch = weightRow;
        call->Outer = depth.Outer;
        call->Inner = depth.Inner;
        call->RunBytes = run;
        call->InnerLhsStep = innerLhs - run;
        call->OuterLhsStep = (depth.OuterLhs * TKernel.ElementBytes) - (depth.Inner * innerLhs);
        call->InnerWeightsStep = innerWeights - (length * weightRow);
        call->OuterWeightsStep = (depth.OuterRhs * weightRow) - (depth.Inner * innerWeights);
    }

    /// <returns>Bytes of what comes later that each of so many calls fetches.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Announce(in Tile tile, int calls, TileCall* call)
    {
        long groups = MultiplyAdds(*call) / TKernel.GroupRows * calls;

        // Where nothing comes, weights that are there are fetched again.
        call->Upcoming = tile.UpcomingBytes == 0 ? tile.Weights(0) : tile.Upcoming;
        call->UpcomingStep = (nint)((tile.UpcomingBytes + groups - 1) / groups);
        return tile.UpcomingBytes / calls;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Locate(in Tile tile, in Depth depth, int column, TileCall* call)
    {
        byte* weights = tile.Weights(column);
        call->Weights = weights + (depth.First * TKernel.WeightRowBytes(tile));
        call->PanelPitch = (nint)(tile.Weights(column + PanelLayout.Columns) - weights);
    }
}
