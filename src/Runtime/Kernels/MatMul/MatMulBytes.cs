using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands: y = float(Σ (a − zeroPoint) · b) · scale, the sum exact in 32 bits. a lies in memory quantized, b is quantized
/// panel by panel.</content>
public static unsafe partial class MatMul
{
    /// <summary>Deepest product whose sums cannot leave 32 bits: |Σ a·b| and |zeroPoint · Σ b| ≤ K·255·127, their sum ≤ 2³¹ − 1.</summary>
    public const int MaxByteDepth = int.MaxValue / (2 * 255 * 127);

    /// <summary>
    /// a: rows of ceil4(K) bytes, of which those from K on may hold anything; b: floats at k·bRow + n·bColumn, one of the two being 1, read
    /// as
    /// clamp(rint(b / bScale), -127, 127), NaN as -127. Batches as in F32, those of a counted in bytes. The zero point is a's, in [0, 255];
    /// scale is a's scale times bScale. Room: ceil16(N)·ceil4(K) panel bytes, ceil16(N) compensations.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">K is above <see cref="MaxByteDepth"/>.</exception>
    public static void U8S8(
        int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> compensation) =>
        Bytes(ChosenWidths.Elements, ChosenByteTiles.For(Exactness.Any), Exactness.Any, m, n, k, a, b, y, batchShape, aStrides, bStrides,
            bRow, bColumn, zeroPoint, bScale, scale, panels, compensation);

    /// <summary>As U8S8 with every byte of a ≤ 127, which allows faster instructions on some machines.</summary>
    /// <inheritdoc cref="U8S8"/>
    public static void U7S8(
        int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> compensation) =>
        Bytes(ChosenWidths.Elements, ChosenByteTiles.For(Exactness.SevenBit), Exactness.SevenBit, m, n, k, a, b, y, batchShape, aStrides,
            bStrides, bRow, bColumn, zeroPoint, bScale, scale, panels, compensation);

    /// <summary>
    /// b is converted with registers of the width <paramref name="packing"/>; the kernel needs no more than is known of a.
    /// </summary>
    internal static void Bytes(
        VectorWidth packing, TileKernel kernel, Exactness known, int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> compensation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxByteDepth);
        var batch = StridedAxes.Create(batchShape, aStrides, bStrides);
        if (batch.IsEmpty || m == 0 || n == 0)
        {
            return;
        }

        // A part has a room of its own on the stack; where that is too small, rows and columns of each product are split instead.
        bool small = PartRoom.Suffices(k, n);
        VectorWidths.Run(kernel.Epilogue,
            new Quantized(packing, kernel, known, m, n, k, a.Address, b.Address, y.Address, &batch, bRow, bColumn, zeroPoint, bScale, scale,
                panels.Address, compensation.Address),
            small ? batch.Outermost : 1, batch.Inner * m * n * k / sizeof(float));
    }

    /// <summary>An item is a product, or as many as the first axis of the batch has for each index.</summary>
    private readonly struct Quantized(
        VectorWidth packing, TileKernel kernel, Exactness known, int m, int n, int k, byte* a, float* b, float* y, StridedAxes* all,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, sbyte* panels, int* compensation) : ISplitCode
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            if (begin == 0 && end >= all->Outermost || !PartRoom.Suffices(k, n))
            {
                Products<V>(0, all->Outermost, panels, compensation);
            }
            else
            {
                Part<V>(begin, end);
            }
        }

        [SkipLocalsInit]
        private void Part<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            byte* room = stackalloc byte[PartRoom.Bytes + PartRoom.Alignment];
            var own = (sbyte*)(((nint)room + PartRoom.Alignment - 1) & -PartRoom.Alignment);
            Products<V>(begin, end, own, (int*)(own + PanelLayout.LengthS8(PanelLayout.ByteGroups(k), n)));
        }

        [SkipLocalsInit]
        private void Products<V>(int begin, int end, sbyte* panels, int* compensation)
            where V : struct, IVectorF32<V>
        {
            float* scales = stackalloc float[2 * DequantizePerTensor.Copies], zeros = scales + DequantizePerTensor.Copies;
            new Span<float>(scales, DequantizePerTensor.Copies).Fill(scale);
            new Span<float>(zeros, DequantizePerTensor.Copies).Clear();
            int depth = PanelLayout.PaddedDepth(k);
            var tile = Tile.OfBytes(kernel, known, panels, PanelLayout.ByteGroups(k));
            nint lhs = 0, rhs = 0, packed = nint.MinValue;
            var batch = all->Narrow(begin, end, ref lhs, ref rhs);
            float* result = y + (begin * (nint)all->Inner * m * n);
            do
            {
                // A right-hand side that the next product shares is packed once.
                if (packed != rhs)
                {
                    VectorWidths.Run(packing, new BytePanels(b + rhs, bRow, bColumn, k, n, bScale, zeroPoint, panels, compensation));
                    packed = rhs;
                }

                Product.Run<V, MatrixRows, DequantizePerTensor, Identity, StoreF32>(
                    tile, new Depth(depth), depth, new(a + lhs, depth), m, 0, n, new(compensation, scales, zeros), default,
                    new(new(result), n), 0);
                result += (nint)m * n;
            }
            while (batch.Advance(batch.Rank, ref lhs, ref rhs));
        }
    }

    /// <summary>Where a part of a batch packs its right-hand sides.</summary>
    private static class PartRoom
    {
        /// <summary>The head of an attention layer of 256 tokens, and little of the stack of a thread.</summary>
        public const int Bytes = 32 * 1024;

        public const int Alignment = 64;

        public static bool Suffices(int k, int n) => PanelLayout.LengthS8(PanelLayout.ByteGroups(k), n)
            + ((long)PanelLayout.PaddedColumns(n) * sizeof(int)) <= Bytes;
    }
}
