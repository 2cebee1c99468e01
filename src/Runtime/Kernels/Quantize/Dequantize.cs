using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>Unsigned bytes to single precision: y = scale · (q - zeroPoint).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Dequantize
{
    /// <summary>
    /// Reads rows of <paramref name="columns"/> bytes, 4·ceil(columns / 4) bytes from row to row; writes [rows, columns] floats.
    /// </summary>
    public static void Run(Pointer<byte> x, Pointer<float> y, int rows, int columns, float scale, int zeroPoint) =>
        Run(ChosenWidths.Elements, x, y, rows, columns, scale, zeroPoint);

    internal static void Run(VectorWidth registers, Pointer<byte> x, Pointer<float> y, int rows, int columns, float scale, int zeroPoint) =>
        VectorWidths.Run(registers, new Rows(x.Address, y.Address, columns, scale, zeroPoint), rows,
            (long)columns * (sizeof(byte) + sizeof(float)));

    private readonly struct Rows(byte* x, float* y, int columns, float scale, int zeroPoint) : ISplitCode
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var factor = V.Broadcast(scale);
            var zero = V.Broadcast(zeroPoint);
            byte* source = x + ((nint)begin * PanelLayout.PaddedDepth(columns));
            float* target = y + ((nint)begin * columns);
            for (int row = begin; row < end; row++, source += PanelLayout.PaddedDepth(columns), target += columns)
            {
                for (int column = 0; column < columns; column += V.Count)
                {
                    int n = Math.Min(V.Count, columns - column);
                    V.StorePartial(factor * (V.LoadBytes(source + column, n) - zero), target + column, n);
                }
            }
        }
    }
}
