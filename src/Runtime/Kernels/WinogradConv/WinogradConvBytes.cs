using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>
/// Bytes in a quarter of the multiplications, of 16 bits each: every 4×4 outputs come out of 36 products, F(4×4, 3×3) in integers. The sums
/// are those of <see cref="Conv"/>, bit for bit, see <see cref="LargeTileOutputs"/>.
/// </content>
public static unsafe partial class WinogradConv
{
    /// <summary>Tiles of 4×4 outputs from which on the transforms of filters and pixels are a small part on some machine.</summary>
    private const int LeastLargeTiles = 16;

    /// <summary>Pairs of channels from which on it gains where bytes up to 127 are multiplied in pairs of 16 bits.</summary>
    private const int LeastPairsOfSevenBits = 512;

    /// <summary>Where bytes have a dot product, channels from which on it gains.</summary>
    private const int ChannelsBesideDotProduct = 32;

    /// <summary>
    /// There, eighths of the results of all tiles that have to lie in the image: products of many channels have smaller transforms.
    /// </summary>
    private const int EighthsInImage = 7, EighthsOfManyChannels = 6, ManyChannels = 128;

    /// <summary>Input channels whose transformed weights of 32 columns stay in a usual second-level cache.</summary>
    internal const int MostByteChannels = 256;

    /// <summary>The largest magnitude of a convolution's sum of bytes that is computed so, exclusive.</summary>
    internal const int SumLimit = LargeTileOutputs.Limit;

    /// <summary>Floats of scratch memory that a convolution of bytes needs, whatever its image.</summary>
    internal static int ByteScratchLength(int inputChannels)
    {
        int channels = PanelLayout.PaddedDepth(inputChannels);
        return LargeTile.Slots(channels) * LargeTile.SlotLength(channels) * sizeof(short) / sizeof(float);
    }

    /// <summary>Whether so many channels can be taken so, and gain by it on some machine on images that are large enough.</summary>
    internal static bool TakesBytes(int inputChannels, int outputChannels) =>
        inputChannels is >= LeastChannels and <= MostByteChannels && outputChannels >= LeastChannels;

    /// <summary>Whether an image of so many outputs has enough tiles, whatever the batch.</summary>
    internal static bool IsLargeEnoughForBytes(long outputRows, long outputColumns) =>
        LargeTiles(outputRows, outputColumns) >= LeastLargeTiles;

    /// <summary>As <see cref="Conv"/> of bytes, with the same weights, which it also calls where that is faster on this machine.</summary>
    /// <param name="shape">3×3, stride, dilation and groups 1; channels that <see cref="TakesBytes"/> is true for.</param>
    /// <param name="x">[Batch, InH, InW, ceil4(InC)].</param>
    /// <param name="padding">ceil4(InC) bytes of the zero point.</param>
    /// <param name="weights">In panels; no sum of products, of any pixels, may reach <see cref="SumLimit"/>.</param>
    /// <param name="compensation">ceil16(OutC).</param>
    /// <param name="scale">ceil16(OutC).</param>
    /// <param name="bias">ceil16(OutC).</param>
    /// <param name="scratch">As long as <see cref="ByteScratchLength"/> says; neither input nor output.</param>
    /// <param name="activation">Of the results.</param>
    /// <param name="store">Where they go.</param>
    public static void U8S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation, Pointer<float> scale,
            Pointer<float> bias, Pointer<float> scratch, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Run(Exactness.Any, shape, x, padding, weights, compensation, scale, bias, scratch, activation, store);

    /// <summary>As U8S8 with every byte of x and padding ≤ 127.</summary>
    /// <inheritdoc cref="U8S8"/>
    public static void U7S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation, Pointer<float> scale,
            Pointer<float> bias, Pointer<float> scratch, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Run(Exactness.SevenBit, shape, x, padding, weights, compensation, scale, bias, scratch, activation, store);

    internal static void Bytes<TShape, TActivation, TStore>(
        TileKernel kernel, TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation,
            Pointer<float> scale, Pointer<float> bias, Pointer<float> scratch, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int channels = PanelLayout.PaddedDepth(shape.InC);
        var tiles = WinogradTiles.FromShape(shape, LargeTile.Outputs);
        var part = new LargeTilePart<TActivation, TStore>(kernel, new(x.Address, padding.Address, tiles, channels, kernel.LargeTiles),
            new(weights.Address, channels, kernel.LargeTiles), (short*)scratch.Address, tiles, channels, shape.OutC,
            new(compensation.Address, scale.Address, bias.Address), activation, store);

        // A product of 16 bits takes half of the time of one in single precision.
        WinogradParts<LargeTilePart<TActivation, TStore>>.Run(kernel.Epilogue, part, tiles.Count, LargeTile.AtOnce(channels),
            LargeTile.Slots(channels), (long)LargeTile.Points * tiles.Count * channels * shape.OutC / 2);
    }

    private static void Run<TShape, TActivation, TStore>(
        Exactness known, TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation,
            Pointer<float> scale, Pointer<float> bias, Pointer<float> scratch, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        if (Gains(known, shape.OutH, shape.OutW, shape.InC, shape.OutC))
        {
            Bytes(ChosenShortTile.Preferred, shape, x, padding, weights, compensation, scale, bias, scratch, activation, store);
        }
        else
        {
            Conv.Bytes(ChosenByteTiles.For(known), known, shape, x, padding, weights, compensation, scale, bias, activation, store);
        }
    }

    /// <summary>
    /// Whether it is faster than the products of the definition on this machine (decision 0666). Bytes with a dot product are multiplied at
    /// twice the speed of 16 bits with one, so that little may be computed outside the image.
    /// </summary>
    /// <param name="known">Of the bytes.</param>
    /// <param name="outputRows">Of an image.</param>
    /// <param name="outputColumns">Of an image.</param>
    /// <param name="inputChannels">That <see cref="TakesBytes"/> is true for.</param>
    /// <param name="outputChannels">That <see cref="TakesBytes"/> is true for.</param>
    internal static bool Gains(Exactness known, long outputRows, long outputColumns, int inputChannels, int outputChannels)
    {
        long tiles = LargeTiles(outputRows, outputColumns);
        return ChosenByteTiles.For(known).Dot != ByteDot.DotProduct
            ? tiles >= LeastLargeTiles && (known == Exactness.Any || (long)inputChannels * outputChannels >= LeastPairsOfSevenBits)
            : ChosenShortTile.Preferred.Set == InstructionSet.Avx512Vnni && tiles >= LeastLargeTiles
                && inputChannels >= ChannelsBesideDotProduct && outputChannels >= ChannelsBesideDotProduct
                && 8 * outputRows * outputColumns >= tiles * LargeTile.Outputs * LargeTile.Outputs
                    * (Math.Min(inputChannels, outputChannels) >= ManyChannels ? EighthsOfManyChannels : EighthsInImage);
    }

    private static long LargeTiles(long outputRows, long outputColumns) =>
        (outputRows + LargeTile.Outputs - 1) / LargeTile.Outputs * ((outputColumns + LargeTile.Outputs - 1) / LargeTile.Outputs);
}
