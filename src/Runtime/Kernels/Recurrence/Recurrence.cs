using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The loop over time that LSTM, GRU and RNN share: h ← cell(x[t], h · R), y[t] = h.</summary>
/// <remarks>
/// h (and c) hold the initial state before and the final state after. A sample that has ended keeps its state, and its outputs are zero.
/// Reversed,
/// each sample runs from its own last step to its first.
/// </remarks>
internal static unsafe class Recurrence
{
    public readonly struct Loop<TProduct, TShape, TCell, TLengths>(
        TShape shape, float* x, TProduct r, float* h, float* c, float* y, float* sums, TCell cell, TLengths lengths, bool reverse)
            : IVectorCode
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TCell : struct, IRecurrentCell
        where TLengths : struct, ISequenceLengths
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int hidden = shape.Hidden, batch = shape.Batch, steps = shape.Steps;
            int pitch = PanelLayout.PaddedColumns(hidden);
            int columns = TCell.Gates * pitch, first = TCell.Resets ? columns - pitch : columns;
            for (int step = 0; step < steps; step++)
            {
                // A sample that has ended is still a row of the products; its sums are not read.
                r.Run<V>(h, sums, batch, hidden, 0, first, columns);
                if (TCell.Resets)
                {
                    for (int b = 0; b < batch; b++)
                    {
                        if (lengths.Of(b, steps) is var length && step < length)
                        {
                            cell.Reset<V>(Row(reverse ? length - 1 - step : step, b, hidden, pitch, batch));
                        }
                    }

                    r.Run<V>(c, sums, batch, hidden, first, columns, columns);
                }

                for (int b = 0; b < batch; b++)
                {
                    int length = lengths.Of(b, steps);
                    if (step < length)
                    {
                        cell.Update<V>(Row(reverse ? length - 1 - step : step, b, hidden, pitch, batch));
                    }
                    else
                    {
                        new Span<float>(y + ((((nint)step * batch) + b) * hidden), hidden).Clear();
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private RecurrentRow Row(int step, int b, int hidden, int pitch, int batch)
        {
            nint at = ((nint)step * batch) + b;
            nint state = (nint)b * hidden;
            return new(hidden, pitch, x + (at * TCell.Gates * hidden), sums + ((nint)b * TCell.Gates * pitch), h + state, c + state,
                y + (at * hidden));
        }
    }
}
