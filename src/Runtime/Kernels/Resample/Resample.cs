using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[o, p, n] = Σ weights[p, t] · x[o, starts[p] + t, n]: one axis of an interpolation</summary>
/// <remarks>Each output is summed over t in order by fused multiply-add, so all register widths give the same bits.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Resample
{
    /// <summary>
    /// x is dense [outer, axisLength, inner], y [outer, positions, inner], not the same memory; starts [positions] and weights [positions,
    /// taps] are constants of the plan,
    /// 0 ≤ starts[p] ≤ axisLength - taps, taps ≥ 1.
    /// </summary>
    public static void Run(Pointer<float> x, Pointer<int> starts, Pointer<float> weights, Pointer<float> y, int outer, int axisLength,
        int positions, int taps, int inner) =>
        Run(ChosenWidths.Elements, x, starts, weights, y, outer, axisLength, positions, taps, inner);

    internal static void Run(
        VectorWidth registers, Pointer<float> x, Pointer<int> starts, Pointer<float> weights, Pointer<float> y, int outer, int axisLength,
            int positions, int taps, int inner) =>
        VectorWidths.Run(VectorWidths.Within(registers, inner),
            new Lines(x.Address, starts.Address, weights.Address, y.Address, outer, axisLength, positions, taps, inner));

    private readonly struct Lines(float* x, int* starts, float* weights, float* y, int outer, int axisLength, int positions, int taps,
        int inner) : IVectorCode
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            float* source = x, target = y;
            for (int o = 0; o < outer; o++, source += (nint)axisLength * inner)
            {
                for (int p = 0; p < positions; p++, target += inner)
                {
                    Line<V>(source + ((nint)starts[p] * inner), weights + ((nint)p * taps), target);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Line<V>(float* source, float* factors, float* target)
            where V : struct, IVectorF32<V>
        {
            for (int next = 0; next < inner; next += V.Count)
            {
                // The last register overlaps the one before; the doubled elements get the same bits twice.
                int n = Math.Min(next, inner - V.Count);
                var sum = V.Broadcast(factors[0]) * V.Load(source + n);
                for (int t = 1; t < taps; t++)
                {
                    sum = V.FusedMultiplyAdd(V.Broadcast(factors[t]), V.Load(source + ((nint)t * inner) + n), sum);
                }

                V.Store(sum, target + n);
            }
        }
    }
}
