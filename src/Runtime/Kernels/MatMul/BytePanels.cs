using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// A matrix of floats b[k, n] to quantized values clamp(rint(b / scale), -127, 127), NaN as -127, in panels [ceil(N/16)][ceil4(K)/4][16][4]
/// with zeros beyond K and N, and
/// to compensation[n] = -zeroPoint · Σ of the quantized values of the column. One of the strides is 1.
/// </summary>
/// <remarks>A column's quantized values sum to at most <see cref="MatMul.MaxByteDepth"/> · 127 &lt; 2²⁴, which single precision holds
/// exactly.</remarks>
internal readonly unsafe struct BytePanels(
    float* b, int rowStride, int columnStride, int k, int n, float scale, int zeroPoint, sbyte* panels, int* compensation) : IVectorCode
{
    private const int Panel = PanelLayout.Columns, Group = PanelLayout.ByteGroup, Highest = 127, Offset = Highest + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>()
        where V : struct, IVectorF32<V>
    {
        int groups = PanelLayout.ByteGroups(k);
        for (int panel = 0; panel < n; panel += Panel)
        {
            uint* words = (uint*)panels + ((nint)panel * groups);
            if (columnStride == 1)
            {
                for (int lane = 0; lane < Panel; lane += V.Count)
                {
                    Rows<V>(words + lane, panel + lane, groups);
                }
            }
            else
            {
                for (int lane = 0; lane < Panel; lane++)
                {
                    Column<V>(words + lane, panel + lane, groups);
                }
            }
        }
    }

    /// <summary>
    /// As many columns as a register has lanes, four rows at a time: the quantized values of a lane become the four bytes of its word.
    /// </summary>
    private void Rows<V>(uint* words, int column, int groups)
        where V : struct, IVectorF32<V>
    {
        int columns = Math.Clamp(n - column, 0, V.Count);
        float* source = b + column;
        var sum = V.Zero;
        for (int row = 0; row < groups * Group; row += Group, words += Panel)
        {
            var c0 = Quantized<V>(source, row, columns, ref sum);
            var c1 = Quantized<V>(source, row + 1, columns, ref sum);
            var c2 = Quantized<V>(source, row + 2, columns, ref sum);
            var c3 = Quantized<V>(source, row + 3, columns, ref sum);
            V.Store(Word(c0, c1, c2, c3), (float*)words);
        }

        Correct(sum, column);
    }

    private V Quantized<V>(float* source, int row, int columns, ref V sum)
        where V : struct, IVectorF32<V>
    {
        if (row >= k)
        {
            return V.Zero;
        }

        source += (nint)row * rowStride;
        var value = Quantized(columns == V.Count ? V.Load(source) : V.LoadPartial(source, columns));
        sum += value;
        return value;
    }

    [SkipLocalsInit]
    private void Correct<V>(V sum, int column)
        where V : struct, IVectorF32<V>
    {
        float* sums = stackalloc float[Panel];
        V.Store(sum, sums);
        for (int i = 0; i < V.Count; i++)
        {
            compensation[column + i] = -zeroPoint * (int)sums[i];
        }
    }

    /// <summary>One column that lies in order, sixteen rows at a time.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Column<V>(uint* words, int column, int groups)
        where V : struct, IVectorF32<V>
    {
        float* source = b + ((nint)column * columnStride);
        byte* values = stackalloc byte[Panel];
        float* sums = stackalloc float[Panel];
        var sum = V.Zero;
        int rows = column < n ? k : 0;
        for (int row = 0; row < groups * Group; row += Panel)
        {
            for (int i = 0; i < Panel; i += V.Count)
            {
                var value = Quantized(V.LoadPartial(source + row + i, Math.Clamp(rows - row - i, 0, V.Count)));
                sum += value;
                V.StoreBytes(value + V.Broadcast(Offset), values + i, V.Count);
            }

            for (int group = 0; group < Math.Min(groups - (row / Group), Panel / Group); group++, words += Panel)
            {
                *words = ((uint*)values)[group] ^ 0x80808080;
            }
        }

        // Exact in any order.
        for (int i = V.Count; i < Panel; i += V.Count)
        {
            V.Store(V.Zero, sums + i);
        }

        V.Store(sum, sums);
        compensation[column] = -zeroPoint * (int)Lanes16<Sum>.Total(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Quantized<V>(V value)
        where V : struct, IVectorF32<V>
    {
        var (lowest, highest) = (V.Broadcast(-Highest), V.Broadcast(Highest));
        var quantized = V.Round(value / V.Broadcast(scale));
        quantized = V.IfGreater(quantized, lowest);
        return V.IfLess(quantized, highest);
    }

    /// <summary>
    /// Bytes c0, c1, c2, c3 of each lane, c0 lowest. Quantized values moved by 128 are bytes whose pairs make integers below 2¹⁶; added to
    /// 2²³ these are the low bits of
    /// the sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Word<V>(V c0, V c1, V c2, V c3)
        where V : struct, IVectorF32<V>
    {
        var (next, moved) = (V.Broadcast(256), V.Broadcast((1 << 23) + (Offset * 257)));
        var low = V.And((c1 * next) + c0 + moved, V.Broadcast(BitConverter.UInt32BitsToSingle(0xFFFF)));
        var high = V.LowHalf((c3 * next) + c2 + moved);
        return V.Xor(V.Or(low, high), V.Broadcast(BitConverter.UInt32BitsToSingle(0x80808080)));
    }
}
