namespace MixPrec.Plan;

/// <summary>The type of one element of a tensor.</summary>
internal enum ElementType
{
    F32, F64, F16, BF16,
    I8, U8, I16, U16, I32, U32, I64, U64,
    Bool,
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

    /// <summary>The C# type that carries the element; BF16 travels as its 16 bits.</summary>
    public static string CSharpName(this ElementType type) => type switch
    {
        ElementType.F32 => "float",
        ElementType.F64 => "double",
        ElementType.F16 => "global::System.Half",
        ElementType.BF16 or ElementType.U16 => "ushort",
        ElementType.I8 => "sbyte",
        ElementType.U8 => "byte",
        ElementType.I16 => "short",
        ElementType.I32 => "int",
        ElementType.U32 => "uint",
        ElementType.I64 => "long",
        ElementType.U64 => "ulong",
        _ => "bool",
    };

    public static bool IsFloat(this ElementType type) => type is ElementType.F32 or ElementType.F64 or ElementType.F16 or ElementType.BF16;

    public static bool IsInteger(this ElementType type) => !type.IsFloat() && type != ElementType.Bool;
}
