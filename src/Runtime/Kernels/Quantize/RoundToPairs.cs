using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>Single precision to rows of bfloat16, each filled up with a zero to whole pairs.</summary>
/// <param name="x">[rows, columns] floats.</param>
/// <param name="y">[rows, 2·ceil(columns / 2)] bfloat16.</param>
/// <param name="columns">Of a row.</param>
internal readonly unsafe struct RoundToPairs(float* x, ushort* y, int columns) : ISplitCode
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>.</summary>
    private const int RoundedElement = 4;

    public static void Run(Pointer<float> x, Pointer<float> y, int rows, int columns) => VectorWidths.Run(ChosenWidths.Elements,
        new RoundToPairs(x.Address, (ushort*)y.Address, columns), rows, (long)columns * RoundedElement);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        int pitch = PanelLayout.BF16Pairs(columns) * PanelLayout.BF16Pair;
        float* source = x + ((nint)begin * columns);
        ushort* target = y + ((nint)begin * pitch);
        for (int row = begin; row < end; row++, source += columns, target += pitch)
        {
            int column = 0;
            for (; column <= columns - V.Count; column += V.Count)
            {
                V.StoreBF16(V.Load(source + column), target + column, V.Count);
            }

            if (column < columns)
            {
                V.StoreBF16(V.LoadPartial(source + column, columns - column), target + column, columns - column);
            }

            if (pitch > columns)
            {
                target[columns] = 0;
            }
        }
    }
}
