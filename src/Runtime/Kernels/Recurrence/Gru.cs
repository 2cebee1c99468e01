using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// z = f(x_z + h·R_z), r = f(x_r + h·R_r), n = g(x_n + (r∘h)·R_n), h' = (1 − z)∘n + z∘h; arguments of f and g are clipped first. The gates
/// lie in
/// the order z, r, n.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Gru
{
    /// <summary>
    /// x [Steps, Batch, 3, Hidden]; h [Batch, Hidden]; reset: room for [Batch, Hidden]; y [Steps, Batch, Hidden]; sums: room for [Batch, 3,
    /// 16·⌈Hidden/16⌉].
    /// </summary>
    public static void Run<TProduct, TShape, TGate, TState, TClip, TLengths>(
        TShape shape, Pointer<float> x, TProduct r, Pointer<float> h, Pointer<float> reset, Pointer<float> y, Pointer<float> sums,
        TGate f, TState g, TClip clip, TLengths lengths, bool reverse)
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TGate : struct, IUnaryFunction
        where TState : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TLengths : struct, ISequenceLengths =>
        Run(ChosenWidths.Elements, shape, x, r, h, reset, y, sums, f, g, clip, lengths, reverse);

    internal static void Run<TProduct, TShape, TGate, TState, TClip, TLengths>(
        VectorWidth registers, TShape shape, Pointer<float> x, TProduct r, Pointer<float> h, Pointer<float> reset, Pointer<float> y,
            Pointer<float> sums,
        TGate f, TState g, TClip clip, TLengths lengths, bool reverse)
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TGate : struct, IUnaryFunction
        where TState : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TLengths : struct, ISequenceLengths =>
        VectorWidths.Run(registers, new Recurrence.Loop<TProduct, TShape, Cell<TGate, TState, TClip>, TLengths>(
            shape, x.Address, r, h.Address, reset.Address, y.Address, sums.Address, new(f, g, clip), lengths, reverse));

    private readonly struct Cell<TGate, TState, TClip>(TGate f, TState g, TClip clip) : IRecurrentCell
        where TGate : struct, IUnaryFunction
        where TState : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
    {
        public static int Gates => 3;

        public static bool Resets => true;

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Reset<V>(in RecurrentRow row)
            where V : struct, IVectorF32<V>
        {
            int hidden = row.Hidden, pitch = row.Pitch;
            float* x = row.X, sums = row.Sums;
            for (int i = 0; i < hidden; i += V.Count)
            {
                int n = Math.Min(V.Count, hidden - i);
                var state = V.LoadPartial(row.H + i, n);
                var reset = f.Invoke(clip.Invoke(V.LoadPartial(x + hidden + i, n) + V.Load(sums + pitch + i)));
                V.StorePartial(Subnormal.ToZero(reset * state), row.C + i, n);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Update<V>(in RecurrentRow row)
            where V : struct, IVectorF32<V>
        {
            int hidden = row.Hidden, pitch = row.Pitch;
            float* x = row.X, sums = row.Sums;
            for (int i = 0; i < hidden; i += V.Count)
            {
                int n = Math.Min(V.Count, hidden - i);
                var state = V.LoadPartial(row.H + i, n);
                var update = f.Invoke(clip.Invoke(V.LoadPartial(x + i, n) + V.Load(sums + i)));
                var next = g.Invoke(clip.Invoke(V.LoadPartial(x + (2 * hidden) + i, n) + V.Load(sums + (2 * pitch) + i)));
                next = Subnormal.ToZero(V.FusedMultiplyAdd(update, state, (V.Broadcast(1) - update) * next));
                V.StorePartial(next, row.H + i, n);
                V.StorePartial(next, row.Y + i, n);
            }
        }
    }
}
