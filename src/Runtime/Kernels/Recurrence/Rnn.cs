using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>h' = f(x + h·R), the argument of f clipped first.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Rnn
{
    /// <summary>
    /// x [Steps, Batch, 1, Hidden]; h [Batch, Hidden]; y [Steps, Batch, Hidden]; sums: room for [Batch, 1, 16·⌈Hidden/16⌉].
    /// </summary>
    public static void Run<TProduct, TShape, TState, TClip, TLengths>(
        TShape shape, Pointer<float> x, TProduct r, Pointer<float> h, Pointer<float> y, Pointer<float> sums, TState f, TClip clip,
            TLengths lengths, bool reverse)
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TState : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TLengths : struct, ISequenceLengths =>
        Run(ChosenWidths.Elements, shape, x, r, h, y, sums, f, clip, lengths, reverse);

    internal static void Run<TProduct, TShape, TState, TClip, TLengths>(
        VectorWidth registers, TShape shape, Pointer<float> x, TProduct r, Pointer<float> h, Pointer<float> y, Pointer<float> sums,
            TState f, TClip clip, TLengths lengths, bool reverse)
        where TProduct : struct, IStateProduct
        where TShape : struct, IRecurrentShape
        where TState : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
        where TLengths : struct, ISequenceLengths =>
        VectorWidths.Run(registers, new Recurrence.Loop<TProduct, TShape, Cell<TState, TClip>, TLengths>(
            shape, x.Address, r, h.Address, h.Address, y.Address, sums.Address, new(f, clip), lengths, reverse));

    private readonly struct Cell<TState, TClip>(TState f, TClip clip) : IRecurrentCell
        where TState : struct, IUnaryFunction
        where TClip : struct, IUnaryFunction
    {
        public static int Gates => 1;

        public static bool Resets => false;

        public void Reset<V>(in RecurrentRow row)
            where V : struct, IVectorF32<V>
        {
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Update<V>(in RecurrentRow row)
            where V : struct, IVectorF32<V>
        {
            for (int i = 0; i < row.Hidden; i += V.Count)
            {
                int n = Math.Min(V.Count, row.Hidden - i);
                var state = Subnormal.ToZero(f.Invoke(clip.Invoke(V.LoadPartial(row.X + i, n) + V.Load(row.Sums + i))));
                V.StorePartial(state, row.H + i, n);
                V.StorePartial(state, row.Y + i, n);
            }
        }
    }
}
