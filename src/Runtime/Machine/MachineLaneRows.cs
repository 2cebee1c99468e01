using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>The same as <see cref="MachineLanes{TLanes,TCall}"/> for three taps across, pixels of a row at once.</summary>
internal static unsafe class MachineLaneRows<TLanes, TCall>
    where TLanes : struct, ILanes
    where TCall : struct, IProcedureCall
{
    /// <returns>False where there is no code for it.</returns>
    public static bool TryRun(in FloatChannels operands, in MachineEpilogue epilogue, in ConvPixels source, int begin, int end)
    {
        nint column = operands.Depth.InnerLhs;
        int stride = source.PixelBytes == column ? 1 : source.PixelBytes == TileCall.RowStrides * column ? TileCall.RowStrides : 0;
        if (operands.Depth.Inner != TileCall.RowTaps || stride == 0 || operands.Channels < TLanes.Width)
        {
            return false;
        }

        Run(operands, epilogue, source, stride, begin, end);
        return true;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(
        in FloatChannels operands, in MachineEpilogue epilogue, in ConvPixels source, int stride, int begin, int end)
    {
        byte** pixels = stackalloc byte*[CallSize.BlockRows];
        nint* outputs = stackalloc nint[CallSize.BlockRows];
        var depth = operands.Depth;
        TileCall call = default;
        call.Outer = depth.Outer;
        call.InnerLhsStep = depth.InnerLhs;
        call.OuterLhsStep = depth.OuterLhs;
        call.InnerWeightsStep = depth.InnerRhs;
        call.OuterWeightsStep = depth.OuterRhs;
        for (int first = begin, count; first < end; first += count)
        {
            count = Math.Min(Math.Min(CallSize.BlockRows, end - first), source.Width - (first % source.Width));
            source.Locate(first, count, pixels, outputs);
            for (int next = 0; next < operands.Channels; next += (int)call.Inner * TLanes.Width)
            {
                // All registers that channels fill; then one that overlaps the last of them.
                int channel = Math.Min(next, operands.Channels - TLanes.Width);
                call.Inner = Math.Max(1, (operands.Channels - next) / TLanes.Width);
                epilogue.Describe(channel, TLanes.Width, 0, &call);
                call.FirstFloat = call.Floats;
                call.FirstByte = call.Bytes;
                call.FirstBias = call.Bias;
                call.FirstChannel = channel * (nint)sizeof(float);
                call.Weights = (byte*)(operands.Weights + channel) + depth.First;
                call.Lhs = pixels;
                call.Outputs = outputs;
                int tiles = (count + TileCall.RowPixels - 1) / TileCall.RowPixels;
                var (low, higher) = Math.DivRem(count, tiles);
                Tiles(epilogue.Form, &call, low + 1, stride, higher);
                Tiles(epilogue.Form, &call, low, stride, tiles - higher);
            }
        }
    }

    /// <summary>The call before has moved pixels and outputs on.</summary>
    private static void Tiles(EpilogueForm form, TileCall* call, int pixels, int stride, int tiles)
    {
        if (tiles > 0)
        {
            call->Tiles = tiles;
            call->Floats = call->FirstFloat;
            call->Bytes = call->FirstByte;
            call->Bias = call->FirstBias;
            bool isShort = call->Outer * TileCall.RowTaps * pixels * call->Inner * tiles <= CallSize.ShortMultiplyAdds;
            int list = (int)form * TileCall.ListLength;
            TCall.Invoke(TLanes.RowProcedures[list + TileCall.Index(pixels) + stride], call, isShort);
        }
    }
}
