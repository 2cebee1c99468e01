using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>Single precision to unsigned bytes: q = clamp(rint(x / scale) + zeroPoint, 0, max), NaN as 0.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Quantize
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>: a division and a rounding.</summary>
    private const int QuantizedElement = 12;

    /// <summary>
    /// Reads [rows, columns] floats; writes rows of <paramref name="columns"/> bytes, 4·ceil(columns / 4) bytes from row to row, the rest
    /// untouched.
    /// </summary>
    public static void Run(Pointer<float> x, Pointer<byte> y, int rows, int columns, float scale, int zeroPoint, int max) =>
        Run(ChosenWidths.Elements, x, y, rows, columns, scale, zeroPoint, max);

    internal static void Run(VectorWidth registers, Pointer<float> x, Pointer<byte> y, int rows, int columns, float scale, int zeroPoint,
        int max) =>
        VectorWidths.Run(registers,
            new Rows(x.Address, new StoreU8(y, PanelLayout.PaddedDepth(columns), scale, zeroPoint, max), columns),
            rows, (long)columns * QuantizedElement);

    internal readonly struct Rows(float* x, StoreU8 store, int columns) : ISplitCode
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var target = store;
            float* source = x + ((nint)begin * columns);
            for (int row = begin; row < end; row++, source += columns)
            {
                int column = 0;
                for (; column <= columns - V.Count; column += V.Count)
                {
                    target.Write(V.Load(source + column), row, column, V.Count);
                }

                if (column < columns)
                {
                    target.Write(V.LoadPartial(source + column, columns - column), row, column, columns - column);
                }
            }
        }
    }
}
