using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// i = f(x_i + h·R_i + p_i∘c), o = f(x_o + h·R_o + p_o∘c'), r = f(x_f + h·R_f + p_f∘c) or 1 − i where coupled, c' = r∘c + i∘g(x_c + h·R_c),
/// h' = o∘k(c'); every
/// argument of f, g and k is clipped first.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Lstm
{
    /// <summary>
    /// x [Steps, Batch, 4, Hidden]; h and c [Batch, Hidden]; y [Steps, Batch, Hidden]; sums: room for [Batch, 4, 16·⌈Hidden/16⌉].
    /// </summary>
    public static void Run<TProduct, TShape, TGate, TInput, TOutput, TClip, TPeepholes, TLengths>(
        TShape shape, Pointer<float> x, TProduct r, Pointer<float> h, Pointer<float> c, Pointer<float> y, Pointer<float> sums,
        TGate f, TInput g, TOutput k, TClip clip, TPeepholes peepholes, TLengths lengths, bool reverse, bool coupled)
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TGate : struct, IUnaryFunction
        where TInput : struct, IUnaryFunction
        where TOutput : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TPeepholes : struct, IPeepholes
        where TLengths : struct, ISequenceLengths =>
        Run(ChosenWidths.Elements, shape, x, r, h, c, y, sums, f, g, k, clip, peepholes, lengths, reverse, coupled);

    internal static void Run<TProduct, TShape, TGate, TInput, TOutput, TClip, TPeepholes, TLengths>(
        VectorWidth registers, TShape shape, Pointer<float> x, TProduct r, Pointer<float> h, Pointer<float> c, Pointer<float> y,
            Pointer<float> sums,
        TGate f, TInput g, TOutput k, TClip clip, TPeepholes peepholes, TLengths lengths, bool reverse, bool coupled)
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TGate : struct, IUnaryFunction
        where TInput : struct, IUnaryFunction
        where TOutput : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TPeepholes : struct, IPeepholes
        where TLengths : struct, ISequenceLengths =>
        VectorWidths.Run(registers, new Recurrence.Loop<TProduct, TShape, Cell<TGate, TInput, TOutput, TClip, TPeepholes>, TLengths>(
            shape, x.Address, r, h.Address, c.Address, y.Address, sums.Address, new(f, g, k, clip, peepholes, coupled), lengths, reverse));

    private readonly struct Cell<TGate, TInput, TOutput, TClip, TPeepholes>(TGate f, TInput g, TOutput k, TClip clip, TPeepholes peepholes,
        bool coupled) : IRecurrentCell
        where TGate : struct, IUnaryFunction
        where TInput : struct, IUnaryFunction
        where TOutput : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TPeepholes : struct, IPeepholes
    {
        public static int Gates => 4;

        public static bool Resets => false;

        public void Reset<V>(in RecurrentRow row)
            where V : struct, IVectorF32<V>
        {
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Update<V>(in RecurrentRow row)
            where V : struct, IVectorF32<V>
        {
            int hidden = row.Hidden, pitch = row.Pitch;
            float* x = row.X, sums = row.Sums, weights = peepholes.Weights;
            for (int i = 0; i < hidden; i += V.Count)
            {
                int n = Math.Min(V.Count, hidden - i);
                var cell = V.LoadPartial(row.C + i, n);
                var input = V.LoadPartial(x + i, n) + V.Load(sums + i);
                var output = V.LoadPartial(x + hidden + i, n) + V.Load(sums + pitch + i);
                var forget = V.LoadPartial(x + (2 * hidden) + i, n) + V.Load(sums + (2 * pitch) + i);
                var value = V.LoadPartial(x + (3 * hidden) + i, n) + V.Load(sums + (3 * pitch) + i);
                if (TPeepholes.Present)
                {
                    input = V.FusedMultiplyAdd(V.LoadPartial(weights + i, n), cell, input);
                    forget = V.FusedMultiplyAdd(V.LoadPartial(weights + (2 * hidden) + i, n), cell, forget);
                }

                input = f.Invoke(clip.Invoke(input));
                forget = coupled ? V.Broadcast(1) - input : f.Invoke(clip.Invoke(forget));
                cell = Subnormal.ToZero(V.FusedMultiplyAdd(forget, cell, input * g.Invoke(clip.Invoke(value))));
                if (TPeepholes.Present)
                {
                    output = V.FusedMultiplyAdd(V.LoadPartial(weights + hidden + i, n), cell, output);
                }

                var state = Subnormal.ToZero(f.Invoke(clip.Invoke(output)) * k.Invoke(clip.Invoke(cell)));
                V.StorePartial(cell, row.C + i, n);
                V.StorePartial(state, row.H + i, n);
                V.StorePartial(state, row.Y + i, n);
            }
        }
    }
}
