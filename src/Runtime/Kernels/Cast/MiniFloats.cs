using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Sign, 4 bits of exponent, 3 of fraction, up to 448, no infinity (ONNX FLOAT8E4M3FN).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct E4M3 : IFloatCode
{
    private static MiniFloatFormat Format => new(4, 3, 7, SpecialCodes.LastIsNaN);

    static float IFloatCode.Decode(byte code) => Format.Decode(code);

    static byte IFloatCode.Encode(float value, bool saturate, CodeRounding rounding) => Format.Encode(value, saturate);
}

/// <summary>Sign, 4 bits of exponent, 3 of fraction, up to 240, no infinity and no negative zero (ONNX FLOAT8E4M3FNUZ).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct E4M3FNUZ : IFloatCode
{
    private static MiniFloatFormat Format => new(4, 3, 8, SpecialCodes.NegativeZeroIsNaN);

    static float IFloatCode.Decode(byte code) => Format.Decode(code);

    static byte IFloatCode.Encode(float value, bool saturate, CodeRounding rounding) => Format.Encode(value, saturate);
}

/// <summary>Sign, 5 bits of exponent, 2 of fraction, up to 57344, with infinity (ONNX FLOAT8E5M2).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct E5M2 : IFloatCode
{
    private static MiniFloatFormat Format => new(5, 2, 15, SpecialCodes.LastExponent);

    static float IFloatCode.Decode(byte code) => Format.Decode(code);

    static byte IFloatCode.Encode(float value, bool saturate, CodeRounding rounding) => Format.Encode(value, saturate);
}

/// <summary>Sign, 5 bits of exponent, 2 of fraction, up to 57344, no infinity and no negative zero (ONNX FLOAT8E5M2FNUZ).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct E5M2FNUZ : IFloatCode
{
    private static MiniFloatFormat Format => new(5, 2, 16, SpecialCodes.NegativeZeroIsNaN);

    static float IFloatCode.Decode(byte code) => Format.Decode(code);

    static byte IFloatCode.Encode(float value, bool saturate, CodeRounding rounding) => Format.Encode(value, saturate);
}

/// <summary>Sign, 2 bits of exponent, 1 of fraction, up to 6, neither infinity nor NaN (ONNX FLOAT4E2M1).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct E2M1 : IFloatCode
{
    private static MiniFloatFormat Format => new(2, 1, 1, SpecialCodes.None);

    static float IFloatCode.Decode(byte code) => Format.Decode(code);

    static byte IFloatCode.Encode(float value, bool saturate, CodeRounding rounding) => Format.Encode(value, saturate);
}
