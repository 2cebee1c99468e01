using System.Globalization;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The numbers that ONNX gives to element types (TensorProto.DataType).</summary>
internal static class OnnxElementType
{
    /// <summary>Index = number in the file.</summary>
    private static readonly string[] Names =
    [
        "UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL", "FLOAT16", "DOUBLE", "UINT32",
            "UINT64",
        "COMPLEX64", "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4",
            "FLOAT4E2M1",
        "FLOAT8E8M0", "UINT2", "INT2",
    ];

    /// <summary>The element type of number <paramref name="code"/>, or null when the graph has none for it.</summary>
    public static ElementType? FromCode(long code) => code switch
    {
        1 => ElementType.F32,
        2 => ElementType.U8,
        3 => ElementType.I8,
        4 => ElementType.U16,
        5 => ElementType.I16,
        6 => ElementType.I32,
        7 => ElementType.I64,
        9 => ElementType.Bool,
        10 => ElementType.F16,
        11 => ElementType.F64,
        12 => ElementType.U32,
        13 => ElementType.U64,
        16 => ElementType.BF16,
        17 => ElementType.E4M3,
        18 => ElementType.E4M3FNUZ,
        19 => ElementType.E5M2,
        20 => ElementType.E5M2FNUZ,
        21 => ElementType.U4,
        22 => ElementType.I4,
        23 => ElementType.E2M1,
        24 => ElementType.E8M0,
        25 => ElementType.U2,
        26 => ElementType.I2,
        _ => null,
    };

    public static int ToCode(this ElementType type) => type switch
    {
        ElementType.F32 => 1,
        ElementType.U8 => 2,
        ElementType.I8 => 3,
        ElementType.U16 => 4,
        ElementType.I16 => 5,
        ElementType.I32 => 6,
        ElementType.I64 => 7,
        ElementType.Bool => 9,
        ElementType.F16 => 10,
        ElementType.F64 => 11,
        ElementType.U32 => 12,
        ElementType.U64 => 13,
        ElementType.E4M3 => 17,
        ElementType.E4M3FNUZ => 18,
        ElementType.E5M2 => 19,
        ElementType.E5M2FNUZ => 20,
        ElementType.U4 => 21,
        ElementType.I4 => 22,
        ElementType.E2M1 => 23,
        ElementType.E8M0 => 24,
        ElementType.U2 => 25,
        ElementType.I2 => 26,
        _ => 16,
    };

    /// <summary>The name in the ONNX specification.</summary>
    public static string NameOf(long code) => code >= 0 && code < Names.Length ? Names[code] : code.ToString(CultureInfo.InvariantCulture);
}
