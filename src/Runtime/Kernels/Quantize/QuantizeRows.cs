using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Single precision to unsigned bytes, each row with the scale and the zero point that its own numbers ask for (<see cref="ByteRange"/>):
/// q = clamp(rint(x / scale) + zeroPoint, 0, 255), NaN as 0.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class QuantizeRows
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>: two comparisons, a division and a rounding.</summary>
    private const int Element = 14;

    /// <summary>
    /// Reads [rows, columns] floats; writes rows of <paramref name="columns"/> bytes, and behind the padding to four bytes, which is
    /// untouched, a <see cref="RowScale"/>: <see cref="PanelLayout.ScaledRow"/> bytes from row to row.
    /// </summary>
    public static void Run(Pointer<float> x, Pointer<byte> y, int rows, int columns) =>
        Run(ChosenWidths.Elements, x, y, rows, columns);

    internal static void Run(VectorWidth registers, Pointer<float> x, Pointer<byte> y, int rows, int columns) =>
        VectorWidths.Run(registers, new Rows(x.Address, y.Address, columns), rows, (long)columns * Element);

    private readonly struct Rows(float* x, byte* y, int columns) : ISplitCode
    {
        /// <summary>Rows whose ranges are looked for before the first is quantized: each waits long for its few divisions.</summary>
        private const int Block = 8;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            nint pitch = PanelLayout.ScaledRow(columns);
            var codes = stackalloc StoreU8[Block];
            for (int first = begin; first < end; first += Block)
            {
                int count = Math.Min(Block, end - first);
                float* source = x + ((nint)first * columns);
                byte* target = y + (first * pitch);
                for (int row = 0; row < count; row++)
                {
                    var range = Range<V>(source + ((nint)row * columns));
                    *(RowScale*)(target + (row * pitch) + PanelLayout.PaddedDepth(columns)) = new(range);
                    codes[row] = new StoreU8(new(target + (row * pitch)), 0, range.Scale, range.ZeroPoint, byte.MaxValue);
                }

                for (int row = 0; row < count; row++, source += columns)
                {
                    Quantized<V>(source, codes[row]);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Quantized<V>(float* source, StoreU8 codes)
            where V : struct, IVectorF32<V>
        {
            int column = 0;
            for (; column <= columns - V.Count; column += V.Count)
            {
                codes.Write(V.Load(source + column), 0, column, V.Count);
            }

            if (column < columns)
            {
                codes.Write(V.LoadPartial(source + column, columns - column), 0, column, columns - column);
            }
        }

        /// <summary>Of 0 and all numbers of a row, in any order the same.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ByteRange Range<V>(float* source)
            where V : struct, IVectorF32<V>
        {
            V low = V.Zero, high = V.Zero;
            int column = 0;
            for (; column <= columns - V.Count; column += V.Count)
            {
                var lanes = V.Load(source + column);
                (low, high) = (V.IfLess(lanes, low), V.IfGreater(lanes, high));
            }

            if (column < columns)
            {
                var lanes = V.LoadPartial(source + column, columns - column);
                (low, high) = (V.IfLess(lanes, low), V.IfGreater(lanes, high));
            }

            // Maxima both; four at a time where there are so many.
            float* ends = stackalloc float[2 * V.Count];
            V.Store(-low, ends);
            V.Store(high, ends + V.Count);
            return new(-Largest<V>(ends), Largest<V>(ends + V.Count), byte.MaxValue);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Largest<V>(float* lanes)
            where V : struct, IVectorF32<V>
        {
            if (V.Count < 4)
            {
                return *lanes;
            }

            var four = Vector128.Load(lanes);
            for (int i = 4; i < V.Count; i += 4)
            {
                four = Vector128.MaxNative(four, Vector128.Load(lanes + i));
            }

            four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
            return float.MaxNative(four[0], four[1]);
        }
    }
}
