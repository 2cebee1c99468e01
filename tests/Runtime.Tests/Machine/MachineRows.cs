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
    /// <summary>Every form of epilogue.</summary>
    internal static readonly EpilogueForm[] Forms =
        [.. from added in new[] { EpilogueForm.None, EpilogueForm.Sum }
            from written in new[] { EpilogueForm.Floats, EpilogueForm.Bytes, EpilogueForm.Floats | EpilogueForm.Bytes }
            select added | written,
            EpilogueForm.Rounded, EpilogueForm.Gelu | EpilogueForm.Floats, EpilogueForm.Gelu | EpilogueForm.Bytes];

    /// <summary>Whether this machine has the instructions or not.</summary>
    public static TheoryData<string> All =>
        [.. KernelTable.Rows.OfType<TileKernel>().Where(row => row.IsMachineCode).Select(row => row.Identity)];

    /// <summary>The row with an interpreter where the processor was.</summary>
    internal static TileKernel Interpreted(string identity) => identity switch
    {
        "gemm_u8_s8_i32_8x32_avx512vnni_code" => Interpreted<U8S8Avx512Vnni>(identity),
        "gemm_u8_s8_i32_8x16_avx512_code" => Interpreted<U8S8Avx512>(identity),
        "gemm_u8_s8_i32_6x8_avx2_code" => Interpreted<U8S8Avx2>(identity),
        "gemm_u7_s8_i32_8x32_avx512_code" => Interpreted<U7S8Avx512>(identity),
        "gemm_u7_s8_i32_6x16_avx2_code" => Interpreted<U7S8Avx2>(identity),
        "gemm_f32_f32_f32_8x32_avx512_code" => Interpreted<F32Avx512>(identity),
        "gemm_f32_bf16_f32_8x32_avx512_code" => Interpreted<BF16Avx512>(identity),
        "gemm_bf16_bf16_f32_8x32_avx512bf16_code" => Interpreted<BF16Pairs>(identity),
        "gemm_s16_s16_i32_8x32_avx512vnni_code" => Interpreted<S16Avx512Vnni>(identity),
        "gemm_s16_s16_i32_8x32_avx512_code" => Interpreted<S16Avx512>(identity),
        "gemm_s16_s16_i32_6x16_avx2_code" => Interpreted<S16Avx2>(identity),
        "gemm_f32_f32_f32_6x16_avx2_code" => Interpreted<F32Avx2>(identity),
        "winograd_f32_f32_f32_8x32_avx512_code" => Interpreted<F32RunsAvx512>(identity),
        "winograd_f32_f32_f32_6x16_avx2_code" => Interpreted<F32RunsAvx2>(identity),
        "matmul_f32_f32_f32_8x32_avx512_code" => Interpreted<RowMajorF32Avx512>(identity),
        _ => throw Missing(identity),
    };

    /// <summary>Rows, registers of columns and place of each tile.</summary>
    internal static IEnumerable<(int Rows, int Vectors, int Offset)> Procedures(string identity)
    {
        int[] list = List(identity).ToArray();
        return from rows in Enumerable.Range(1, TileCall.MaxRows)
               from vectors in Enumerable.Range(1, list[TileCall.Index(rows)])
               select (rows, vectors, list[TileCall.Index(rows) + vectors]);
    }

    /// <summary>The same of tiles with an epilogue.</summary>
    internal static IEnumerable<(int Rows, int Vectors, int Offset)> FinishedProcedures(string identity, EpilogueForm form)
    {
        int[] list = Finished(identity, form).ToArray();
        return list.Length == 0 ? [] :
            from rows in Enumerable.Range(1, TileCall.MaxRows)
            from vectors in Enumerable.Range(1, list[TileCall.Index(rows)])
            select (rows, vectors, list[TileCall.Index(rows) + vectors]);
    }

    /// <summary>Rows k of weights in a group.</summary>
    internal static int Step(TileKernel kernel) =>
        IsIn(ByteKernels.Family, kernel) || IsIn(PairKernels.Family, kernel) || IsIn(ShortKernels.Family, kernel) ? PanelLayout.ByteGroup
        : IsIn(FloatKernels.PanelBF16, kernel) ? PanelLayout.BF16Pair : 1;

    /// <summary>Whether each outer step has sums of its own.</summary>
    internal static bool StoresEachRun(TileKernel kernel) => IsIn(ShortKernels.Family, kernel) || IsIn(FloatKernels.RunsF32, kernel);

    /// <param name="kernel">Any row.</param>
    /// <param name="rows">Of the left operand.</param>
    /// <param name="columns">Of the weights.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="unit">Sums of floats are to be small multiples of it, sums of bytes small; 0: any numbers.</param>
    internal static TileCase Case(TileKernel kernel, int rows, int columns, Depth depth, float unit = 0) =>
        IsIn(ByteKernels.Family, kernel) ? new ByteTileCase(kernel, rows, columns, depth, hasSmallSums: unit != 0)
        : IsIn(ShortKernels.Family, kernel) ? new ShortTileCase(kernel, rows, columns, depth)
        : IsIn(PairKernels.Family, kernel) ? new PairTileCase(kernel, rows, columns, depth, unit)
        : IsIn(FloatKernels.PanelBF16, kernel) ? new BF16TileCase(kernel, rows, columns, depth)
        : new FloatTileCase(kernel, rows, columns, depth, IsIn(FloatKernels.RowMajorF32, kernel), unit);

    /// <summary>A step between codes, whose half the operands can be multiples of.</summary>
    internal static float StepOf(TileKernel kernel, float about) =>
        IsIn(PairKernels.Family, kernel) ? BF16.FromSingle(about).ToSingle() : about;

    private static bool IsIn(KernelFamily family, TileKernel kernel) => family.Rows.Any(row => row.Identity == kernel.Identity);

    private static TileKernel Interpreted<TKernel>(string identity)
        where TKernel : struct, IMachineKernel
    {
        var row = Rows.Tile(identity);
        return new(identity, InstructionSet.Scalar, row.Rows, row.RegisterColumns, &MachineTile<TKernel, InterpretedCall>.Sum, row.Reason)
        {
            Dot = row.Dot, Needs = row.Needs, IsMachineCode = true, Roof = row.Roof,
            LargeTiles = row.LargeTiles is null ? null : new()
            {
                Pixels = &MachineLargeTiles<InterpretedCall>.Pixels, Filters = &MachineLargeTiles<InterpretedCall>.Filters,
                Outputs = &MachineLargeTiles<InterpretedCall>.Outputs,
            },
            Finished = row.Finished == null ? null : &MachineTile<TKernel, InterpretedCall>.Finish,
        };
    }

    private static ReadOnlySpan<int> List(string identity) => identity switch
    {
        "gemm_u8_s8_i32_8x32_avx512vnni_code" => MachineCode.U8S8Avx512Vnni,
        "gemm_u8_s8_i32_8x16_avx512_code" => MachineCode.U8S8Avx512,
        "gemm_u8_s8_i32_6x8_avx2_code" => MachineCode.U8S8Avx2,
        "gemm_u7_s8_i32_8x32_avx512_code" => MachineCode.U7S8Avx512,
        "gemm_u7_s8_i32_6x16_avx2_code" => MachineCode.U7S8Avx2,
        "gemm_f32_f32_f32_8x32_avx512_code" => MachineCode.F32Avx512,
        "gemm_f32_bf16_f32_8x32_avx512_code" => MachineCode.BF16Avx512,
        "gemm_bf16_bf16_f32_8x32_avx512bf16_code" => MachineCode.BF16Pairs,
        "gemm_s16_s16_i32_8x32_avx512vnni_code" => MachineCode.S16Avx512Vnni,
        "gemm_s16_s16_i32_8x32_avx512_code" => MachineCode.S16Avx512,
        "gemm_s16_s16_i32_6x16_avx2_code" => MachineCode.S16Avx2,
        "gemm_f32_f32_f32_6x16_avx2_code" => MachineCode.F32Avx2,
        "winograd_f32_f32_f32_8x32_avx512_code" => MachineCode.F32RunsAvx512,
        "winograd_f32_f32_f32_6x16_avx2_code" => MachineCode.F32RunsAvx2,
        "matmul_f32_f32_f32_8x32_avx512_code" => MachineCode.RowMajorF32Avx512,
        _ => throw Missing(identity),
    };

    /// <summary>
    /// Empty for rows without such an epilogue: sums of bytes alone are quantized by their scales, and no other ones are.
    /// </summary>
    internal static ReadOnlySpan<int> Finished(string identity, EpilogueForm form)
    {
        var lists = Finished(identity);
        bool hasByteSums = ByteKernels.Family.Rows.Any(row => row.Identity == identity);
        return lists.IsEmpty || form == (hasByteSums ? EpilogueForm.Bytes : EpilogueForm.Rounded) ? []
            : lists.Slice((int)form * TileCall.ListLength, TileCall.ListLength);
    }

    private static ReadOnlySpan<int> Finished(string identity) => identity switch
    {
        "gemm_u8_s8_i32_8x32_avx512vnni_code" => MachineCode.U8S8Avx512VnniFinished,
        "gemm_u7_s8_i32_8x32_avx512_code" => MachineCode.U7S8Avx512Finished,
        "gemm_u7_s8_i32_6x16_avx2_code" => MachineCode.U7S8Avx2Finished,
        "gemm_f32_f32_f32_8x32_avx512_code" => MachineCode.F32Avx512Finished,
        "gemm_f32_f32_f32_6x16_avx2_code" => MachineCode.F32Avx2Finished,
        "gemm_bf16_bf16_f32_8x32_avx512bf16_code" => MachineCode.BF16PairsFinished,
        _ => [],
    };

    private static ArgumentException Missing(string identity) => new($"{identity} has no code for the interpreter: add it here.");
}
