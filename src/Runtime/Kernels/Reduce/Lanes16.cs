using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// 16 partial results, of the elements i ≡ 0 … 15 (mod 16) of each run, joined pairwise at the end: the same order, and so the same bits,
/// for every register width.
/// </summary>
internal unsafe ref struct Lanes16<TReduction>
    where TReduction : struct, IReduction
{
    private const int Count = 16;
    private fixed float partial[Count];

    /// <summary>Nothing appended yet.</summary>
    /// <remarks>Written in the registers that <see cref="Append"/> of the same width reads: a load waits long for several narrower
    /// stores.</remarks>
    public static Lanes16<TReduction> Empty<V>()
        where V : struct, IVectorF32<V>
    {
        Unsafe.SkipInit(out Lanes16<TReduction> result);
        for (int lane = 0; lane < Count; lane += V.Count)
        {
            V.Store(V.Broadcast(TReduction.Start), result.partial + lane);
        }

        return result;
    }

    /// <summary>Joins a run of <paramref name="length"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append<V>(float* x, int length)
        where V : struct, IVectorF32<V>
    {
        fixed (float* lanes = partial)
        {
            int i = 0;
            if (V.Count == 1)
            {
                for (; i <= length - Count; i += Count)
                {
                    Join<V>(x + i, lanes, Count);
                }
            }
            else
            {
                // In registers: 16 lanes are one of 16, two of 8 or four of 4; those that a width lacks are dead code.
                V a = V.Load(lanes), b = V.Load(lanes + Second<V>()), c = V.Load(lanes + Third<V>()),
                    d = V.Load(lanes + Third<V>() + Second<V>());
                for (; i <= length - Count; i += Count)
                {
                    a = TReduction.Join(V.Load(x + i), a);
                    b = Second<V>() > 0 ? TReduction.Join(V.Load(x + i + Second<V>()), b) : b;
                    c = Third<V>() > 0 ? TReduction.Join(V.Load(x + i + Third<V>()), c) : c;
                    d = Third<V>() > 0 ? TReduction.Join(V.Load(x + i + Third<V>() + Second<V>()), d) : d;
                }

                V.Store(d, lanes + Third<V>() + Second<V>());
                V.Store(c, lanes + Third<V>());
                V.Store(b, lanes + Second<V>());
                V.Store(a, lanes);
            }

            Join<F32x1>(x + i, lanes, length - i);
        }
    }

    /// <summary>All that was appended, joined.</summary>
    public float Total()
    {
        fixed (float* lanes = partial)
        {
            return Total(lanes);
        }
    }

    /// <summary>16 partial results joined in halves (i with i + 8, then + 4, + 2, + 1), which overwrites them.</summary>
    public static float Total(float* lanes)
    {
        Join<F32x4>(lanes + 8, lanes, 8);
        Join<F32x4>(lanes + 4, lanes, 4);
        Join<F32x1>(lanes + 2, lanes, 2);
        Join<F32x1>(lanes + 1, lanes, 1);
        return lanes[0];
    }

    /// <summary>
    /// Joins <paramref name="length"/> elements, a multiple of the register's, to the lanes from <paramref name="lanes"/> on.
    /// </summary>
    private static void Join<V>(float* x, float* lanes, int length)
        where V : struct, IVectorF32<V>
    {
        for (int i = 0; i < length; i += V.Count)
        {
            V.Store(TReduction.Join(V.Load(x + i), V.Load(lanes + i)), lanes + i);
        }
    }

    /// <summary>First lane of the second register, and of the third; 0 where there is none.</summary>
    private static int Second<V>()
        where V : struct, IVectorF32<V> => V.Count % Count;

    /// <inheritdoc cref="Second"/>
    private static int Third<V>()
        where V : struct, IVectorF32<V> => V.Count < 8 ? 8 : 0;
}
