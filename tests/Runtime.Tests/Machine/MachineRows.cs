using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>The rows of machine code, each with its code in the interpreter and the operands that it takes.</summary>
public static unsafe class MachineRows
{
    /// <summary>Whether this machine has the instructions or not.</summary>
    public static TheoryData<string> All => [.. KernelTable.Rows.Where(row => row.IsMachineCode).Select(row => row.Identity)];

    /// <summary>The row with an interpreter where the processor was.</summary>
    internal static TileKernel Interpreted(string identity)
    {
        delegate*<in Tile, byte**, int, int, int, in Depth, void*, int, void> code = identity switch
        {
            "gemm_u8_s8_i32_8x32_avx512vnni" => &MachineTile<U8S8Avx512Vnni, InterpretedCall>.Sum,
            _ => throw Missing(identity),
        };
        var row = Rows.Tile(identity);
        return new(identity, InstructionSet.Scalar, row.Rows, row.RegisterColumns, code, row.Reason)
        {
            Dot = row.Dot, Needs = row.Needs, IsMachineCode = true,
        };
    }

    /// <summary>Rows, registers of columns and place of each procedure.</summary>
    internal static IEnumerable<(int Rows, int Vectors, int Offset)> Procedures(string identity)
    {
        int[] list = List(identity).ToArray();
        return from rows in Enumerable.Range(1, TileCall.MaxRows)
               from vectors in Enumerable.Range(1, list[TileCall.Index(rows)])
               select (rows, vectors, list[TileCall.Index(rows) + vectors]);
    }

    internal static TileCase Case(TileKernel kernel, int rows, int columns, Depth depth) => new ByteTileCase(kernel, rows, columns, depth);

    private static ReadOnlySpan<int> List(string identity) => identity switch
    {
        "gemm_u8_s8_i32_8x32_avx512vnni" => MachineCode.U8S8Avx512Vnni,
        _ => throw Missing(identity),
    };

    private static ArgumentException Missing(string identity) => new($"{identity} has no code for the interpreter: add it here.");
}
