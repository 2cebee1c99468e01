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

    /// <summary>The widest set up to <paramref name="set"/> whose registers are no longer than <paramref name="length"/> lanes.</summary>
    /// <remarks>A run of length ≥ a register is covered by whole registers when the last one overlaps its neighbour, so no loop needs masks.</remarks>
    public static InstructionSet Within(InstructionSet set, int length)
    {
        if (set == InstructionSet.Avx512 && length < F32x16.Count)
        {
            set = InstructionSet.Avx2;
        }

        if (set is InstructionSet.Avx2 or InstructionSet.AvxVnni && length < F32x8.Count)
        {
            set = InstructionSet.Vector128;
        }

        return set == InstructionSet.Vector128 && length < F32x4.Count ? InstructionSet.Scalar : set;
    }
}
