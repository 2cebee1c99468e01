using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i…] = f(a[i…], b[i…]) with broadcasting</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Zip
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>: two are read and one is written.</summary>
    private const int ZippedElement = 3 * sizeof(float);

    /// <summary>
    /// Strides in elements, one for each axis of <paramref name="shape"/> (at most 8), 0 where an operand is broadcast. y is dense, and may
    /// be the memory of an
    /// operand that is not broadcast.
    /// </summary>
    public static void Run<TFunction, T>(
        TFunction function, Pointer<T> a, Pointer<T> b, Pointer<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T> =>
        Run(ChosenWidths.Elements, function, a, b, y, shape, aStrides, bStrides);

    internal static void Run<TFunction, T>(
        VectorWidth registers, TFunction function, Pointer<T> a, Pointer<T> b, Pointer<T> y,
        ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T>
    {
        var axes = StridedAxes.Create(shape, aStrides, bStrides);
        if (axes.IsEmpty)
        {
            return;
        }

        if (typeof(T) == typeof(float))
        {
            Floats(registers, function, (float*)a.Address, (float*)b.Address, (float*)y.Address, ref axes);
            return;
        }

        int last = axes.Rank - 1;
        int length = last < 0 ? 1 : axes.Size(last);
        nint aStep = last < 0 ? 0 : axes.Left(last), bStep = last < 0 ? 0 : axes.Right(last);
        nint left = 0, right = 0;
        T* target = y.Address;
        do
        {
            T* x = a.Address + left, z = b.Address + right;
            for (int i = 0; i < length; i++, x += aStep, z += bStep)
            {
                *target++ = function.Invoke(*x, *z);
            }
        }
        while (axes.Advance(last, ref left, ref right));
    }

    /// <summary>Apart from other elements: instantiations for types of the framework are not compiled ahead.</summary>
    internal static void Floats<TFunction>(VectorWidth registers, TFunction function, float* a, float* b, float* y, ref StridedAxes axes)
        where TFunction : struct, IBinaryFunction
    {
        fixed (StridedAxes* all = &axes)
        {
            VectorWidths.Run(registers, new Rows<TFunction>(function, a, b, y, all), axes.Outermost, axes.Inner * ZippedElement);
        }
    }

    private readonly struct Rows<TFunction>(TFunction function, float* a, float* b, float* y, StridedAxes* all) : ISplitCode
        where TFunction : struct, IBinaryFunction
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            nint left = 0, right = 0;
            var axes = all->Narrow(begin, end, ref left, ref right);
            int last = axes.Rank - 1;
            int length = last < 0 ? 1 : axes.Size(last);
            int aStep = last < 0 ? 0 : axes.Left(last), bStep = last < 0 ? 0 : axes.Right(last);
            float* target = y + (begin * (nint)all->Inner);
            do
            {
                Row<V>(a + left, b + right, target, length, aStep, bStep);
                target += length;
            }
            while (axes.Advance(last, ref left, ref right));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<V>(float* x, float* z, float* target, int length, int aStep, int bStep)
            where V : struct, IVectorF32<V>
        {
            var f = function;
            int i = 0;
            switch (aStep, bStep)
            {
                case (1, 1):
                    for (; i <= length - V.Count; i += V.Count)
                    {
                        V.Store(f.Lanes(V.Load(x + i), V.Load(z + i)), target + i);
                    }

                    break;
                case (1, 0):
                    var second = V.Broadcast(*z);
                    for (; i <= length - V.Count; i += V.Count)
                    {
                        V.Store(f.Lanes(V.Load(x + i), second), target + i);
                    }

                    break;
                case (0, 1):
                    var first = V.Broadcast(*x);
                    for (; i <= length - V.Count; i += V.Count)
                    {
                        V.Store(f.Lanes(first, V.Load(z + i)), target + i);
                    }

                    break;
            }

            for (; i < length; i++)
            {
                F32x1.Store(f.Lanes(F32x1.Load(x + ((nint)i * aStep)), F32x1.Load(z + ((nint)i * bStep))), target + i);
            }
        }
    }
}
