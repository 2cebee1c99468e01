namespace MixPrec.Plan;

/// <summary>The type of one element of a tensor.</summary>
internal enum ElementType
{
    F32, F64, F16, BF16,
    I8, U8, I16, U16, I32, U32, I64, U64,
    Bool,

    /// <summary>
    /// Integers of 4 and 2 bits. Every element lies in a byte of its own, signed ones extended; only ONNX files pack them.
    /// </summary>
    I4, U4, I2, U2,

    /// <summary>
    /// Floats of 8 bits and one of 4, each a code in a byte of its own. FNUZ: finite, no negative zero; E8M0 is a power of two.
    /// </summary>
    E4M3, E4M3FNUZ, E5M2, E5M2FNUZ, E2M1, E8M0,
}

internal static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 or ElementType.U64 => 8,
        ElementType.F32 or ElementType.I32 or ElementType.U32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 or ElementType.U16 => 2,
        _ => 1,
    };

    /// <summary>The C# type that carries the element; BF16 travels as its 16 bits, a smaller float as its code.</summary>
    public static string CSharpName(this ElementType type) => type switch
    {
        ElementType.F32 => "float",
        ElementType.F64 => "double",
        ElementType.F16 => "global::System.Half",
        ElementType.BF16 or ElementType.U16 => "ushort",
        ElementType.I8 or ElementType.I4 or ElementType.I2 => "sbyte",
        ElementType.I16 => "short",
        ElementType.I32 => "int",
        ElementType.U32 => "uint",
        ElementType.I64 => "long",
        ElementType.U64 => "ulong",
        ElementType.Bool => "bool",
        _ => "byte",
    };

    public static bool IsFloat(this ElementType type) => type is ElementType.F32 or ElementType.F64 or ElementType.F16 or ElementType.BF16;

    public static bool IsInteger(this ElementType type) => !type.IsFloat() && !type.IsFloatCode() && type != ElementType.Bool;

    /// <summary>True for floats of 8 bits and fewer: kernels only convert them.</summary>
    public static bool IsFloatCode(this ElementType type) => type >= ElementType.E4M3;

    /// <summary>The byte type that carries an integer of fewer bits, or null for any other type.</summary>
    public static ElementType? Carrier(this ElementType type) => type switch
    {
        ElementType.I4 or ElementType.I2 => ElementType.I8,
        ElementType.U4 or ElementType.U2 => ElementType.U8,
        _ => null,
    };

    /// <summary>Bits of one element in an ONNX file.</summary>
    public static int Bits(this ElementType type) => type switch
    {
        ElementType.I4 or ElementType.U4 or ElementType.E2M1 => 4,
        ElementType.I2 or ElementType.U2 => 2,
        _ => 8 * type.Size(),
    };
}
