using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>Floats that are quantized: a byte has no value for NaN or infinity, and would carry on with a number.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Finite
{
    /// <exception cref="NotFiniteNumberException">One of <paramref name="count"/> elements is NaN or infinite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Require(Pointer<float> x, int count)
    {
        // x − x is 0 for every finite number and NaN for all others, and a sum with one NaN is NaN.
        float* elements = x.Address;
        float sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += elements[i] - elements[i];
        }

        if (sum != 0)
        {
            Throw(elements, count);
        }
    }

    private static void Throw(float* elements, int count)
    {
        int i = 0;
        while (float.IsFinite(elements[i]))
        {
            i++;
        }

        throw new NotFiniteNumberException(
            $"A layer in int8 reads {elements[i]} (element {i} of {count}): its inputs have to be finite. "
            + "The stack trace names the step of the layer.", elements[i]);
    }
}
