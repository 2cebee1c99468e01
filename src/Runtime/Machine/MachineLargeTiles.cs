using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>The transforms of F(4×4, 3×3) in machine code, on 512-bit registers.</summary>
internal static unsafe class MachineLargeTiles<TCall>
    where TCall : struct, IProcedureCall
{
    /// <summary>Groups of filters of a call, some two microseconds.</summary>
    private const int MostGroups = 32;

    /// <summary>Of each 32 bits, in every 128: bytes 0 and 1, then bytes 2 and 3, as the upper ones of 16 bits. 128 is none.</summary>
    private static ReadOnlySpan<byte> Orders =>
    [
        128, 0, 128, 1, 128, 4, 128, 5, 128, 8, 128, 9, 128, 12, 128, 13,
        128, 0, 128, 1, 128, 4, 128, 5, 128, 8, 128, 9, 128, 12, 128, 13,
        128, 0, 128, 1, 128, 4, 128, 5, 128, 8, 128, 9, 128, 12, 128, 13,
        128, 0, 128, 1, 128, 4, 128, 5, 128, 8, 128, 9, 128, 12, 128, 13,
        128, 2, 128, 3, 128, 6, 128, 7, 128, 10, 128, 11, 128, 14, 128, 15,
        128, 2, 128, 3, 128, 6, 128, 7, 128, 10, 128, 11, 128, 14, 128, 15,
        128, 2, 128, 3, 128, 6, 128, 7, 128, 10, 128, 11, 128, 14, 128, 15,
        128, 2, 128, 3, 128, 6, 128, 7, 128, 10, 128, 11, 128, 14, 128, 15,
    ];

    /// <inheritdoc cref="LargeTileTransforms.Pixels"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Pixels(byte** places, int channels, short* target)
    {
        LargeTileCall call = default;
        call.Source = places;
        call.Target = target;
        call.TargetPitch = channels * sizeof(short);
        call.Count = (channels + LargeTileCall.Lanes - 1) / LargeTileCall.Lanes;
        call.FirstStep = ((channels - 1) % LargeTileCall.Lanes) + 1;
        TCall.Invoke(MachineCode.LargeTilePixelsAvx512[0], &call, isShort: true);
    }

    /// <inheritdoc cref="LargeTileTransforms.Filters"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Filters(sbyte* weights, nint tap, int groups, short* target, nint point)
    {
        LargeTileCall call = default;
        call.SourcePitch = tap;
        call.TargetPitch = point * sizeof(short);
        call.Orders = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Orders));
        for (int group = 0; group < groups; group += MostGroups)
        {
            call.Source = weights + (group * PanelLayout.RowBytes);
            call.Target = target + (group * PanelLayout.RowBytes);
            call.Count = Math.Min(MostGroups, groups - group);
            TCall.Invoke(MachineCode.LargeTileFiltersAvx512[0], &call, isShort: true);
        }
    }

    /// <inheritdoc cref="LargeTileTransforms.Outputs"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Outputs(EpilogueForm form, TileCall* call, byte** sums, nint* places, int tiles, int high, int wide)
    {
        call->Lhs = sums;
        call->Outputs = places;
        call->Tiles = tiles;
        call->ResultRows = high;
        call->SecondColumns = wide > 1 ? call->Columns : 0;
        call->ThirdColumns = wide > 2 ? call->Columns : 0;
        call->FourthColumns = wide > 3 ? call->Columns : 0;
        call->InverseOf9 = LargeTileOutputs.InverseOf9;
        TCall.Invoke(MachineCode.LargeTileOutputsAvx512[(int)form * TileCall.ListLength], call, isShort: true);
    }
}
