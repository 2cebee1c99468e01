using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// 3×3 convolutions of stride 1 in 4/9 of the multiplications: every 2×2 outputs come out of 16 products of transformed pixels and
/// transformed weights (S. Winograd; A. Lavin and S. Gray, Fast algorithms for convolutional neural networks, arXiv 1509.09308, F(2×2,
/// 3×3)). The transforms add, subtract and halve, so nothing is scaled up; the sums over channels are those of <see cref="Gemm"/>.
/// </summary>
/// <remarks>
/// Results differ from those of <see cref="Conv"/> in the last places (decision 0660), and are the same for every register width and number
/// of threads. An infinite or NaN pixel reaches all outputs of the 2×2 that see it, as NaN.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class WinogradConv
{
    /// <summary>Input channels from which on the products are deep enough to outweigh the transforms.</summary>
    private const int LeastChannels = 16;

    /// <summary>Pairs of channels from which on they do (decision 0660).</summary>
    private const int LeastPairs = 256;

    /// <summary>Input channels whose transformed weights of 16 columns take 1 MiB.</summary>
    internal const int MostChannels = 1024;

    /// <summary>Tiles of 2×2 outputs from which on the transform of the weights is a small part.</summary>
    private const int LeastTiles = 16;

    /// <summary>Input channels for which a tile more is needed: their weights come from far.</summary>
    private const int ChannelsPerTile = 16;

    /// <summary>
    /// Floats of transformed pixels that are made at a time, unless these are fewer than <see cref="FewTiles"/>: 256 KiB.
    /// </summary>
    private const int PixelFloats = 64 * 1024;

    /// <summary>Tiles that are taken at a time, so that the transform of the weights stays a small part.</summary>
    private const int FewTiles = 64, ManyTiles = 128;

    /// <summary>Floats of scratch memory that a convolution needs, whatever its image.</summary>
    internal static int ScratchLength(int inputChannels) => Slots(inputChannels) * SlotLength(inputChannels);

    /// <summary>Whether so many channels can be taken so, and gain by it on images that are large enough.</summary>
    internal static bool Takes(int inputChannels, int outputChannels) =>
        inputChannels is >= LeastChannels and <= MostChannels && (long)inputChannels * outputChannels >= LeastPairs;

    /// <summary>Whether an image of so many outputs has enough tiles, whatever the batch.</summary>
    internal static bool IsLargeEnough(long outputRows, long outputColumns, int inputChannels) =>
        (outputRows + 1) / WinogradTile.Outputs * ((outputColumns + 1) / WinogradTile.Outputs)
            >= Math.Max(LeastTiles, inputChannels / ChannelsPerTile);

    /// <summary>
    /// As <see cref="Conv"/> in single precision, with the same weights, which it also calls for images of few tiles.
    /// </summary>
    /// <param name="shape">3×3, stride, dilation and groups 1; channels that <see cref="Takes"/> is true for.</param>
    /// <param name="x">Pixels.</param>
    /// <param name="weights">In panels.</param>
    /// <param name="bias">OutC.</param>
    /// <param name="scratch">As long as <see cref="ScratchLength"/> says; neither input nor output.</param>
    /// <param name="activation">Of the results.</param>
    /// <param name="store">Where they go.</param>
    public static void F32<TShape, TActivation, TStore>(
        TShape shape, Pointer<float> x, Pointer<float> weights, Pointer<float> bias, Pointer<float> scratch, TActivation activation,
            TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        if (!IsLargeEnough(shape.OutH, shape.OutW, shape.InC))
        {
            Conv.F32(shape, x, weights, bias, activation, store);
        }
        else
        {
            F32(ChosenRunTile.Preferred, shape, x, weights, bias, scratch, activation, store);
        }
    }

    internal static void F32<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<float> x, Pointer<float> weights, Pointer<float> bias, Pointer<float> scratch,
            TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int channels = shape.InC, atOnce = TilesAtOnce(channels);
        var tiles = WinogradTiles.FromShape(shape, WinogradTile.Outputs);
        var part = new WinogradPart<TActivation, TStore>(kernel, new(x.Address, tiles, channels), new(weights.Address, channels),
            scratch.Address, SlotLength(channels), atOnce, tiles, channels, shape.OutC, new(bias.Address), activation, store);
        WinogradParts<WinogradPart<TActivation, TStore>>.Run(kernel.Epilogue, part, tiles.Count, atOnce, Slots(channels),
            (long)WinogradTile.Points * tiles.Count * channels * shape.OutC);
    }

    /// <summary>What a thread needs, in floats: transformed pixels of the tiles of a part, and filters of a run of columns.</summary>
    private static int SlotLength(int channels) =>
        (WinogradTile.Pitch(channels) * TilesAtOnce(channels)) + WinogradWeights.Length(channels);

    private static int Slots(int channels) => WinogradSlots.Count((long)SlotLength(channels) * sizeof(float));

    private static int TilesAtOnce(int channels) => Math.Clamp(PixelFloats / (WinogradTile.Points * channels), FewTiles, ManyTiles);
}
