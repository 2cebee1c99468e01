using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[kept…] = finish(∘ over the reduced axes of x[…]), the operation ∘ being <see cref="Sum"/>, <see cref="Mean"/>, <see cref="Prod"/>,
/// <see cref="Max"/> or <see cref="Min"/>
/// </summary>
/// <remarks>The order of the additions depends on shape and axes only, so all register widths give the same bits.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Reduce
{
    /// <summary>
    /// x is dense of <paramref name="shape"/>, at most 8 axes; y is dense, of the axes that are not in <paramref name="axes"/> (each 0 …
    /// rank - 1, in any order).
    /// </summary>
    public static void Run<TReduction>(TReduction reduction, Pointer<float> x, Pointer<float> y, ReadOnlySpan<int> shape,
        ReadOnlySpan<int> axes)
        where TReduction : struct, IReduction =>
        Run(ChosenWidths.Elements, reduction, x, y, shape, axes);

    internal static void Run<TReduction>(
        VectorWidth registers, TReduction reduction, Pointer<float> x, Pointer<float> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes)
        where TReduction : struct, IReduction
    {
        _ = reduction;
        var split = ReduceAxes.Split(shape, axes);
        VectorWidths.Run(registers, new Outputs<TReduction>(x.Address, y.Address, &split));
    }

    private readonly struct Outputs<TReduction>(float* x, float* y, ReduceAxes* split) : IVectorCode
        where TReduction : struct, IReduction
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            if (split->Outputs == 0)
            {
                return;
            }

            if (split->Inputs == 0)
            {
                CopyBlocks.Fill(y, split->Outputs, TReduction.Finish(TReduction.Start, 0));
                return;
            }

            int columns = split->Columns;
            float* target = y;
            nint offset = 0, none = 0;
            do
            {
                if (columns == 0)
                {
                    *target = TReduction.Finish(Element<V>(x + offset), split->Inputs);
                    target++;
                }
                else
                {
                    Row<V>(x + offset, target, columns);
                    target += columns;
                }
            }
            while (split->Kept.Advance(split->Kept.Rank - (columns == 0 ? 0 : 1), ref offset, ref none));
        }

        /// <summary>One output whose innermost axis is reduced: runs of neighbours.</summary>
        [SkipLocalsInit]
        private float Element<V>(float* source)
            where V : struct, IVectorF32<V>
        {
            float* lanes = stackalloc float[Lanes16<TReduction>.Count];
            Lanes16<TReduction>.Begin<V>(lanes);
            int last = split->Reduced.Rank - 1;
            int length = last < 0 ? 1 : split->Reduced.Size(last);
            nint offset = 0, none = 0;
            do
            {
                Lanes16<TReduction>.Append<V>(lanes, source + offset, length);
            }
            while (split->Reduced.Advance(last, ref offset, ref none));
            return Lanes16<TReduction>.Total<V>(lanes);
        }

        /// <summary>A row of outputs whose innermost axis is kept: whole rows joined one after another.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<V>(float* source, float* target, int columns)
            where V : struct, IVectorF32<V>
        {
            CopyBlocks.Fill(target, columns, TReduction.Start);
            nint offset = 0, none = 0;
            do
            {
                float* row = source + offset;
                int i = 0;
                for (; i <= columns - V.Count; i += V.Count)
                {
                    V.Store(TReduction.Join(V.Load(target + i), V.Load(row + i)), target + i);
                }

                for (; i < columns; i++)
                {
                    F32x1.Store(TReduction.Join(F32x1.Load(target + i), F32x1.Load(row + i)), target + i);
                }
            }
            while (split->Reduced.Advance(split->Reduced.Rank, ref offset, ref none));
            for (int i = 0; i < columns; i++)
            {
                target[i] = TReduction.Finish(target[i], split->Inputs);
            }
        }
    }
}
