using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>Depthwise convolutions of floats in machine code.</summary>
internal static unsafe class MachineLanes<TLanes, TCall>
    where TLanes : struct, ILanes
    where TCall : struct, IProcedureCall
{
    /// <inheritdoc cref="DepthwiseKernel{TChannels}.Code"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in FloatChannels operands, in MachineEpilogue epilogue, in ConvPixels source, int begin, int end)
    {
        if (MachineLaneRows<TLanes, TCall>.TryRun(operands, epilogue, source, begin, end))
        {
            return;
        }

        nint* taps = stackalloc nint[2 * DepthwiseKernel<FloatChannels>.MostTaps];
        byte** pixels = stackalloc byte*[CallSize.BlockRows];
        nint* outputs = stackalloc nint[CallSize.BlockRows];
        TileCall call;
        var procedures = TLanes.Procedures.Slice((int)epilogue.Form * TileCall.ListLength, TileCall.ListLength);
        int channels = operands.Channels;
        int most = Math.Min(procedures[TileCall.Index(1)], TLanes.HasMasks ? int.MaxValue : channels / TLanes.Width);
        for (int first = begin; first < end; first += CallSize.BlockRows)
        {
            int count = Math.Min(CallSize.BlockRows, end - first);
            source.Locate(first, count, pixels, outputs);
            int tiles = (count + TLanes.MostPixels - 1) / TLanes.MostPixels;
            var (low, higher) = Math.DivRem(count, tiles);
            for (int next = 0, vectors; next < channels; next += vectors * TLanes.Width)
            {
                vectors = Math.Min((channels - next + TLanes.Width - 1) / TLanes.Width, most);
                int channel = TLanes.HasMasks ? next : Math.Min(next, channels - (vectors * TLanes.Width));
                epilogue.Describe(channel, Math.Min(vectors * TLanes.Width, channels - channel), 0, &call);
                call.Inner = operands.Taps(taps, channel);
                call.Taps = taps;
                call.Weights = (byte*)(operands.Weights + channel);
                call.Lhs = pixels;
                call.Outputs = outputs;
                Tiles(procedures, &call, low + 1, vectors, higher);
                Tiles(procedures, &call, low, vectors, tiles - higher);
            }
        }
    }

    /// <summary>The call before has moved pixels and outputs on.</summary>
    private static void Tiles(ReadOnlySpan<int> procedures, TileCall* call, int pixels, int vectors, int tiles)
    {
        if (tiles > 0)
        {
            call->Tiles = tiles;
            bool isShort = call->Inner * pixels * vectors * tiles <= CallSize.ShortMultiplyAdds;
            TCall.Invoke(procedures[TileCall.Index(pixels) + vectors], call, isShort);
        }
    }
}
