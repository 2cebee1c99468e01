using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// From raw sums of columns column … column + n - 1 to the values before the activation; further lanes may hold anything.
/// </summary>
internal unsafe interface IEpilogue
{
    /// <summary>Bytes of an element of the operands whose products were summed.</summary>
    static abstract int ElementBytes { get; }

    V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V>;
}

/// <summary>sum + bias, of float sums of whichever operands.</summary>
internal unsafe interface IAddBias<TSelf> : IEpilogue
    where TSelf : struct, IAddBias<TSelf>
{
    /// <param name="bias">Of column 0.</param>
    static abstract TSelf Of(float* bias);
}

/// <summary>sum + bias</summary>
internal readonly unsafe struct AddBias(float* bias) : IAddBias<AddBias>
{
    public float* Bias => bias;

    public static int ElementBytes => sizeof(float);

    public static AddBias Of(float* bias) => new(bias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.Load((float*)sums) + Term<V>(column, n);

    /// <summary>What it adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Term<V>(int column, int n)
        where V : struct, IVectorF32<V> => V.LoadPartial(bias + column, n);
}

/// <summary>The same behind products of bfloat16, whose depths count bytes.</summary>
internal readonly unsafe struct AddBiasToPairs(AddBias terms) : IAddBias<AddBiasToPairs>
{
    public AddBias Terms => terms;

    public static int ElementBytes => sizeof(byte);

    public static AddBiasToPairs Of(float* bias) => new(new(bias));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => terms.Value<V>(sums, column, n);
}

/// <summary>fma(float(sum + compensation), scale, bias); the compensation takes the zero point of the activations out of the sum.</summary>
internal readonly unsafe struct DequantizeAddBias(int* compensation, float* scale, float* bias) : IEpilogue
{
    public int* Compensation => compensation;

    public float* Scale => scale;

    public float* Bias => bias;

    public static int ElementBytes => sizeof(byte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.FusedMultiplyAdd(V.LoadInt32Sum((int*)sums, compensation + column), V.Load(scale + column), V.Load(bias + column));
}

/// <summary>fma(sum + compensation, scale, bias), all floats.</summary>
internal readonly unsafe struct ScaleAddBias(float* compensation, float* scale, float* bias) : IEpilogue
{
    public static int ElementBytes => sizeof(byte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.FusedMultiplyAdd(V.Load((float*)sums) + V.Load(compensation + column), V.Load(scale + column), V.Load(bias + column));
}

/// <summary>float(sum + compensation) · scale</summary>
internal readonly unsafe struct DequantizePerColumn(int* compensation, float* scale) : IEpilogue
{
    public static int ElementBytes => sizeof(byte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.LoadInt32Sum((int*)sums, compensation + column) * V.Load(scale + column);
}

/// <summary>float(sum + compensation)</summary>
internal readonly unsafe struct CompensatedSum(int* compensation) : IEpilogue
{
    public static int ElementBytes => sizeof(byte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.LoadInt32Sum((int*)sums, compensation + column);
}

/// <summary>float(sum + compensation) · scale, one scale for all columns</summary>
/// <param name="compensation">Of each column.</param>
/// <param name="scale">The same one <see cref="Copies"/> times, so that it is there as a register of scales.</param>
/// <param name="zero">As many zeros.</param>
internal readonly unsafe struct DequantizePerTensor(int* compensation, float* scale, float* zero) : IEpilogue
{
    public const int Copies = Tile.MaxFinishedColumns;

    public int* Compensation => compensation;

    public float* Scale => scale;

    public float* Zero => zero;

    public static int ElementBytes => sizeof(byte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.LoadInt32Sum((int*)sums, compensation + column) * V.Load(scale);
}

/// <summary>The sum, with zeros to add, so that code for a bias computes it; what is -0 becomes +0.</summary>
/// <param name="zeros">As many as <see cref="Copies"/>.</param>
internal readonly unsafe struct AddZero(float* zeros) : IEpilogue
{
    public const int Copies = Tile.MaxFinishedColumns;

    public float* Zeros => zeros;

    public static int ElementBytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.Load((float*)sums) + V.Load(zeros);
}

/// <summary>The sum itself.</summary>
internal readonly unsafe struct RawSum : IEpilogue
{
    public static int ElementBytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Value<V>(void* sums, int column, int n)
        where V : struct, IVectorF32<V> => V.Load((float*)sums);
}
