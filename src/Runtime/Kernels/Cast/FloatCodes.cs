using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Floats of at most 8 bits, one code in each byte, to and from single precision.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class FloatCodes
{
    /// <summary>y[i] = the number of code x[i], <paramref name="length"/> times.</summary>
    public static void Decode<TCode>(TCode format, Pointer<byte> x, Pointer<float> y, int length)
        where TCode : struct, IFloatCode
    {
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = TCode.Decode(x.Address[i]);
        }
    }

    /// <summary>
    /// y[i] = the code of the number nearest to x[i], <paramref name="length"/> times; see <see cref="IFloatCode.Encode"/>.
    /// </summary>
    public static void Encode<TCode>(TCode format, Pointer<float> x, Pointer<byte> y, bool saturate, CodeRounding rounding, int length)
        where TCode : struct, IFloatCode
    {
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = TCode.Encode(x.Address[i], saturate, rounding);
        }
    }
}
