using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands, one group: y = store(activation(fma(float(Σ x · weights + compensation), scale, bias))), the sum exact in 32
/// bits.</content>
public static unsafe partial class Conv
{
    /// <summary>Columns whose compensations are adjusted at a time where taps fall into the padding.</summary>
    private const int CompensationColumns = 256;

    /// <summary>
    /// x pixels of ceil4(InC) bytes, of which those from InC on may hold anything; <paramref name="padding"/> ceil4(InC) bytes of the zero
    /// point;
    /// weights [ceil(OutC/16)][KernelH·KernelW·ceil4(InC)/4][16][4] in [-127, 127], zero where a channel is padding; compensation, scale,
    /// bias ceil16(OutC).
    /// The compensations are those of all taps inside the input.
    /// </summary>
    public static void U8S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation, Pointer<float> scale,
            Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ChosenByteTiles.For(Exactness.Any), Exactness.Any, shape, x, padding, weights, compensation, scale, bias, activation, store);

    /// <summary>As U8S8 with every byte of x and padding ≤ 127, which allows faster instructions on some machines.</summary>
    public static void U7S8<TShape, TActivation, TStore>(
        TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation, Pointer<float> scale,
            Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ChosenByteTiles.For(Exactness.SevenBit), Exactness.SevenBit, shape, x, padding, weights, compensation, scale, bias,
            activation, store);

    /// <summary>
    /// As U8S8 with sums of 16 bits over blocks of at most <paramref name="block"/> ≥ 1 groups of four channels, see
    /// <see cref="Gemm.U8S8Blocks"/>; a block may begin at any
    /// group of the packed weights.
    /// </summary>
    public static void U8S8Blocks<TShape, TActivation, TStore>(
        TShape shape, int block, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights, Pointer<int> compensation,
            Pointer<float> scale, Pointer<float> bias,
        TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore =>
        Bytes(ChosenByteTiles.For(Exactness.Blocks(block)), Exactness.Blocks(block), shape, x, padding, weights, compensation, scale, bias,
            activation, store);

    /// <summary>With a kernel that needs no more than is known of x and weights.</summary>
    internal static void Bytes<TShape, TActivation, TStore>(
        TileKernel kernel, Exactness known, TShape shape, Pointer<byte> x, Pointer<byte> padding, Pointer<sbyte> weights,
            Pointer<int> compensation,
        Pointer<float> scale, Pointer<float> bias, TActivation activation, TStore store)
        where TShape : struct, IConvShape
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int groups = shape.KernelH * shape.KernelW * PanelLayout.ByteGroups(shape.InC);
        VectorWidths.Run(kernel.Epilogue, new ByteConv<TActivation, TStore>(
            Tile.OfBytes(kernel, known, weights.Address, groups), ConvSizes.Of(shape), x.Address, padding.Address,
            compensation.Address, scale.Address, bias.Address, activation, store));
    }

    private readonly struct ByteConv<TActivation, TStore>(
        Tile tile, ConvSizes shape, byte* x, byte* padding, int* compensation, float* scale, float* bias, TActivation activation,
        TStore store)
            : IVectorCode
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int channels = PanelLayout.PaddedDepth(shape.InC);
            var geometry = ConvGeometry.Of(shape, channels, channels, sizeof(byte));
            int* adjusted = stackalloc int[CompensationColumns];
            for (int h = 0; h < shape.OutH;)
            {
                var rows = geometry.Rows.Span(h);
                for (int w = 0; w < shape.OutW;)
                {
                    var columns = geometry.Columns.Span(w);
                    var taps = geometry.Taps(rows, columns);
                    var source = new ConvPixels(x, geometry, rows, columns);
                    int pixels = shape.Batch * rows.Length * columns.Length;
                    nint rowBytes = (nint)rows.Taps * channels;
                    bool inside = rows.Taps == shape.KernelH && columns.Taps == shape.KernelW;
                    if (inside || *padding == 0)
                    {
                        Product.Run<V, ConvPixels, DequantizeAddBias, TActivation, TStore>(
                            tile, taps, rowBytes, source, pixels, 0, shape.OutC, new(compensation, scale, bias), activation, store, 0);
                    }
                    else
                    {
                        for (int begin = 0; begin < shape.OutC; begin += CompensationColumns)
                        {
                            int end = Math.Min(shape.OutC, begin + CompensationColumns);
                            ConvPadding.Adjust(tile, geometry, rows, columns, padding, compensation, adjusted, begin, end);
                            Product.Run<V, ConvPixels, DequantizeAddBias, TActivation, TStore>(
                                tile, taps, rowBytes, source, pixels, begin, end, new(adjusted - begin, scale, bias), activation, store, 0);
                        }
                    }

                    w = columns.End;
                }

                h = rows.End;
            }
        }
    }
}
