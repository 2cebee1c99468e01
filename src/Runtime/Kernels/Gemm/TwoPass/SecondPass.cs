using System.Numerics;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The epilogue of the first pass: stores what it is given, and once a batch of columns has failed the test, computes these anew while the
/// tile's
/// data are still in the caches. No list of a whole row is kept.
/// </summary>
internal readonly unsafe struct SecondPass<TWeights, TActivation, TStore>(FlaggedColumns* queue, WideColumns<TWeights> high,
    TActivation activation, TStore store) : IStore
    where TWeights : struct, IWeightRows
    where TActivation : struct, IDifferentiable
    where TStore : struct, IStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V>
    {
        var y = activation.Invoke(value);
        store.Write(y, queue->Row, column, n);
        var numerator = V.FusedMultiplyAdd(V.Load(high.Norms + column), V.Broadcast(queue->Norm), V.Abs(V.Load(high.Bias + column)));
        var conditioned = V.GreaterThan(V.Abs(activation.Slope(value, y)) * numerator, V.Broadcast(high.Tolerance) * V.Abs(y));
        var near = V.Select(V.GreaterThan(value, V.Zero), V.Zero, V.GreaterThan(value, V.Broadcast(-high.Guard) * numerator));
        uint flags = V.Bits(V.Or(conditioned, near)) & ((1u << n) - 1);
        if (flags != 0)
        {
            Add<V>(flags, column);
        }
    }

    /// <remarks>It looks at values before their activation.</remarks>
    bool IStore.TryDescribe(ref MachineStore outer) => false;

    /// <summary>Recomputes what is still waiting.</summary>
    public void Finish<V>()
        where V : struct, IVectorF32<V> => Recompute<V>(queue->Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add<V>(uint flags, int column)
        where V : struct, IVectorF32<V>
    {
        int* columns = queue->Columns;
        int count = queue->Count;
        for (; flags != 0; flags &= flags - 1)
        {
            columns[count++] = column + BitOperations.TrailingZeroCount(flags);
        }

        queue->Count = count;
        if (count >= FlaggedColumns.Batch)
        {
            Recompute<V>(FlaggedColumns.Batch);
        }
    }

    /// <summary>The first <paramref name="count"/> ≤ 16 of the queue.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Recompute<V>(int count)
        where V : struct, IVectorF32<V>
    {
        int* columns = queue->Columns;
        byte** rows = stackalloc byte*[RowDots.Rows];
        float* values = stackalloc float[FlaggedColumns.Batch];
        for (int first = 0; first < count; first += RowDots.Rows)
        {
            for (int i = 0; i < RowDots.Rows; i++)
            {
                // A last group of fewer rows repeats one, which is in the cache by then.
                rows[i] = high.Column(columns[Math.Min(first + i, count - 1)]);
            }

            RowDots.Run<V, TWeights>(queue->Lhs, rows, high.Depth, values + first);
        }

        for (int i = 0; i < count; i++)
        {
            values[i] += high.Bias[columns[i]];
        }

        for (int first = 0; first < count; first += V.Count)
        {
            int n = Math.Min(V.Count, count - first);
            V.StorePartial(activation.Invoke(V.LoadPartial(values + first, n)), values + first, n);
        }

        for (int i = 0; i < count; i++)
        {
            store.Write(F32x1.Load(values + i), queue->Row, columns[i], 1);
        }

        queue->Total += count;
        queue->Count -= count;
        for (int i = 0; i < queue->Count; i++)
        {
            columns[i] = columns[count + i];
        }
    }
}
