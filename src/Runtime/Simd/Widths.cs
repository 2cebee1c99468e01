using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>The one place where an instruction set becomes a register width.</summary>
internal static class Widths
{
    /// <summary>Runs <paramref name="code"/> with the registers of <paramref name="set"/>, which must be available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TCode>(InstructionSet set, scoped in TCode code)
        where TCode : struct, IVectorCode, allows ref struct
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                code.Run<F32x16>();
                break;
            case InstructionSet.AvxVnni:
            case InstructionSet.Avx2:
                code.Run<F32x8>();
                break;
            case InstructionSet.Vector128:
                code.Run<F32x4>();
                break;
            default:
                code.Run<F32x1>();
                break;
        }
    }
}
