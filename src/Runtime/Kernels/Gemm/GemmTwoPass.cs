using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands, and wider ones where bytes do not do: the accumulation algorithm of arXiv 2503.15568 for operands of two
/// precisions.</content>
public static unsafe partial class Gemm
{
    /// <summary>
    /// y = store(activation(v)) with v of <see cref="U8S8"/> first; where |f'(v)|·N &gt; tolerance·|f(v)| for the activation f, or -guard·N
    /// &lt; v ≤ 0,
    /// v is Σ lhs·columns + bias instead. N = norm of the column's weights · ‖lhs row‖₂ + |bias|.
    /// </summary>
    /// <remarks>
    /// For one row, where time is the reading of weights: a column that is not flagged costs a byte a weight, not four. Rows are taken one
    /// by one. Sums
    /// of floats are those of <see cref="RowDots"/>, so that all register widths give the same bits.
    /// </remarks>
    /// <param name="shape">Sizes.</param>
    /// <param name="block">0; 1 where every quantized value is ≤ 127, see <see cref="U7S8"/>.</param>
    /// <param name="tolerance">At least 0; 0 takes every component that the activation does not make constant.</param>
    /// <param name="guard">At least 0: below zero, how far a ReLU's argument may be off; 0 for other activations.</param>
    /// <param name="lhs">[M, K] float.</param>
    /// <param name="quantized">lhs quantized: [M] rows of ceil4(K) bytes.</param>
    /// <param name="rhs">See <see cref="U8S8"/>, as for the next three.</param>
    /// <param name="compensation">ceil16(N).</param>
    /// <param name="scale">ceil16(N).</param>
    /// <param name="bias">ceil16(N).</param>
    /// <param name="norms">ceil16(N): ‖w‖₂ of each column.</param>
    /// <param name="columns">[N][ceil32(K)] float: the columns of the weights one after another, zero from K on.</param>
    /// <param name="activation">f.</param>
    /// <param name="store">Where results go; each component that is flagged is written twice.</param>
    public static void TwoPass<TShape, TActivation, TStore>(
        TShape shape, int block, float tolerance, float guard, Pointer<float> lhs, Pointer<byte> quantized, Pointer<sbyte> rhs,
        Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias, Pointer<float> norms, Pointer<float> columns,
            TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IDifferentiable
        where TStore : struct, IStore =>
        TwoPass<PanelF32, TShape, TActivation, TStore>(
            ChosenByteTiles.For(new(block)), new(block), shape, tolerance, guard, lhs, quantized, rhs,
            compensation, scale, bias, norms, columns.At<byte>(0), activation, store);

    /// <summary>
    /// The same with columns in bfloat16, [N][ceil(K/32)][16][2]: elements k and k + 16 of each 32 in one word, k in its low half.
    /// </summary>
    public static void TwoPass<TShape, TActivation, TStore>(
        TShape shape, int block, float tolerance, float guard, Pointer<float> lhs, Pointer<byte> quantized, Pointer<sbyte> rhs,
        Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias, Pointer<float> norms, Pointer<ushort> columns,
            TActivation activation, TStore store)
        where TShape : struct, IGemmShape
        where TActivation : struct, IDifferentiable
        where TStore : struct, IStore =>
        TwoPass<PanelBF16, TShape, TActivation, TStore>(
            ChosenByteTiles.For(new(block)), new(block), shape, tolerance, guard, lhs, quantized, rhs,
            compensation, scale, bias, norms, columns.At<byte>(0), activation, store);

    /// <returns>How many components were flagged.</returns>
    internal static long TwoPass<TWeights, TShape, TActivation, TStore>(
        TileKernel kernel, Exactness known, TShape shape, float tolerance, float guard, Pointer<float> lhs, Pointer<byte> quantized,
            Pointer<sbyte> rhs,
        Pointer<int> compensation, Pointer<float> scale, Pointer<float> bias, Pointer<float> norms, Pointer<byte> columns,
            TActivation activation, TStore store)
        where TWeights : struct, IWeightRows
        where TShape : struct, IGemmShape
        where TActivation : struct, IDifferentiable
        where TStore : struct, IStore
    {
        int depth = PanelLayout.PaddedDepth(shape.K);
        long flagged = 0;
        VectorWidths.Run(kernel.Epilogue, new TwoPassGemm<TWeights, TShape, TActivation, TStore>(
            Tile.OfBytes(kernel, known, rhs.Address, PanelLayout.ByteGroups(shape.K)), shape, quantized.Address, depth,
            new(compensation.Address, scale.Address, bias.Address),
            new(lhs.Address, shape.K, columns.Address, norms.Address, bias.Address, tolerance, guard), activation, store, &flagged),
            (shape.N + ItemColumns - 1) / ItemColumns, (long)shape.M * depth * ItemColumns / sizeof(float));
        return flagged;
    }

    /// <summary>Columns of an item: what a tile of one row takes at once.</summary>
    private const int ItemColumns = 8 * PanelLayout.Columns;

    /// <summary>An item is a run of columns, with a queue of its own.</summary>
    private readonly struct TwoPassGemm<TWeights, TShape, TActivation, TStore>(
        Tile tile, TShape shape, byte* quantized, int depth, DequantizeAddBias epilogue, WideColumns<TWeights> high,
        TActivation activation, TStore store, long* flagged) : ISplitCode
        where TWeights : struct, IWeightRows
        where TShape : struct, IGemmShape
        where TActivation : struct, IDifferentiable
        where TStore : struct, IStore
    {
        [SkipLocalsInit]
        public void Run<V>(int first, int last)
            where V : struct, IVectorF32<V>
        {
            int begin = first * ItemColumns, end = Math.Min(last * ItemColumns, shape.N);
            int* waiting = stackalloc int[FlaggedColumns.Capacity];
            for (int row = 0; row < shape.M; row++)
            {
                float* x = high.Lhs + ((nint)row * shape.K);
                var queue = new FlaggedColumns(waiting, row, x, RowDots.Norm<V>(x, shape.K));
                var second = new SecondPass<TWeights, TActivation, TStore>(&queue, high, activation, store);
                Product.Rectangle<V, MatrixRows, DequantizeAddBias, Identity, SecondPass<TWeights, TActivation, TStore>>(
                    tile, new Depth(depth), depth, new(quantized + ((nint)row * depth), depth), 0, 1, begin, end, epilogue, default,
                        second, 0);
                second.Finish<V>();
                Interlocked.Add(ref *flagged, queue.Total);
            }
        }
    }
}
