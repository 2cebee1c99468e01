using System.Numerics;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>Byte tiles in machine code: picks the procedure for the rows and columns at hand.</summary>
internal static unsafe class MachineTile
{
    private const int RegisterColumns = PanelLayout.Columns;

    /// <summary>
    /// Multiply-add instructions up to which a call is short: at most some two microseconds, for which a garbage collection may wait.
    /// </summary>
    private const long ShortCall = 8192;

    /// <inheritdoc cref="Tile.Sum"/>
    [SkipLocalsInit]
    public static void U8S8(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int left = (columns + RegisterColumns - 1) / RegisterColumns;
        int* target = (int*)sums;
        nint run = PanelLayout.PaddedDepth(depth.Length);
        long groups = (long)depth.Outer * depth.Inner * run / PanelLayout.ByteGroup;
        if (groups <= 0)
        {
            new Span<int>(target, ((rows - 1) * sumPitch) + (left * RegisterColumns)).Clear();
            return;
        }

        nint weights = run * PanelLayout.Columns, innerWeights = depth.InnerRhs * PanelLayout.Columns;
        TileCall call;
        call.Lhs = lhs;
        call.SumPitch = sumPitch * sizeof(int);
        call.Outer = depth.Outer;
        call.Inner = depth.Inner;
        call.RunBytes = run;
        call.InnerLhsStep = depth.InnerLhs - run;
        call.OuterLhsStep = depth.OuterLhs - (depth.Inner * depth.InnerLhs);
        call.InnerWeightsStep = innerWeights - weights;
        call.OuterWeightsStep = (depth.OuterRhs * PanelLayout.Columns) - (depth.Inner * innerWeights);
        var offsets = MachineCode.U8S8Avx512Vnni;
        int most = TileCall.MostVectors(rows);
        while (left > 0)
        {
            int width = BitOperations.Log2((uint)Math.Min(left, most)), vectors = 1 << width;
            byte* w = tile.Weights(column);
            call.Weights = w + ((nint)depth.First * PanelLayout.Columns);
            call.PanelPitch = (nint)(tile.Weights(column + RegisterColumns) - w);
            call.Sums = target;
            nint code = MachineCode.Address + offsets[TileCall.Index(rows, width)], argument = (nint)(&call);
            // The code takes its argument from rcx, the first argument of one calling convention and the fourth of the other.
            if (groups * rows * vectors <= ShortCall)
            {
                ((delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, void>)code)(argument, argument, argument, argument);
            }
            else
            {
                ((delegate* unmanaged<nint, nint, nint, nint, void>)code)(argument, argument, argument, argument);
            }

            left -= vectors;
            column += vectors * RegisterColumns;
            target += vectors * RegisterColumns;
        }
    }
}
