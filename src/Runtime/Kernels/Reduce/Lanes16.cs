using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// 16 partial results, of the elements i ≡ 0 … 15 (mod 16) of each run, joined pairwise at the end: the same order, and so the same bits, for every register width.
/// </summary>
internal unsafe ref struct Lanes16<TReduction>
    where TReduction : struct, IReduction
{
    private const int Count = 16;
    private fixed float partial[Count];

    public Lanes16()
    {
        for (int i = 0; i < Count; i++)
        {
            partial[i] = TReduction.Start;
        }
    }

    /// <summary>Joins a run of <paramref name="length"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append<V>(float* x, int length)
        where V : struct, IVectorF32<V>
    {
        fixed (float* lanes = partial)
        {
            int i = 0;
            for (; i <= length - Count; i += Count)
            {
                for (int lane = 0; lane < Count; lane += V.Count)
                {
                    V.Store(TReduction.Join(V.Load(lanes + lane), V.Load(x + i + lane)), lanes + lane);
                }
            }

            for (int lane = 0; i < length; i++, lane++)
            {
                Join(lanes + lane, x + i);
            }
        }
    }

    /// <summary>All that was appended, joined.</summary>
    public float Total()
    {
        fixed (float* lanes = partial)
        {
            for (int half = Count / 2; half > 0; half /= 2)
            {
                for (int lane = 0; lane < half; lane++)
                {
                    Join(lanes + lane, lanes + lane + half);
                }
            }

            return lanes[0];
        }
    }

    private static void Join(float* lane, float* x) => F32x1.Store(TReduction.Join(F32x1.Load(lane), F32x1.Load(x)), lane);
}
