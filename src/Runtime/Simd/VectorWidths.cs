using System.Runtime.CompilerServices;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Simd;

/// <summary>The one place where a register width becomes a type.</summary>
internal static class VectorWidths
{
    /// <summary>The widths of this machine, from the narrowest to the widest, whichever set is forced.</summary>
    public static IReadOnlyList<VectorWidth> Available => [.. InstructionSets.Available.Select(WidthOf).Distinct()];

    /// <summary>The widest that the process is allowed.</summary>
    public static VectorWidth Widest => WidthOf(InstructionSets.Preferred);

    /// <summary>The registers of <paramref name="set"/>.</summary>
    public static VectorWidth WidthOf(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 or InstructionSet.Avx512Vnni or InstructionSet.Avx512BF16 => VectorWidth.Bits512,
        InstructionSet.AvxVnni or InstructionSet.Avx2 => VectorWidth.Bits256,
        InstructionSet.Vector128 => VectorWidth.Bits128,
        _ => VectorWidth.Scalar,
    };

    /// <summary>The width of <typeparamref name="V"/>, a constant of compiled code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorWidth WidthOf<V>()
        where V : struct, IVectorF32<V> => V.Count switch
        {
            16 => VectorWidth.Bits512,
            8 => VectorWidth.Bits256,
            4 => VectorWidth.Bits128,
            _ => VectorWidth.Scalar,
        };

    /// <summary>Runs <paramref name="code"/> with registers of <paramref name="width"/>, which the machine must have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TCode>(VectorWidth width, scoped in TCode code)
        where TCode : struct, IVectorCode, allows ref struct
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                code.Run<F32x16>();
                break;
            case VectorWidth.Bits256:
                code.Run<F32x8>();
                break;
            case VectorWidth.Bits128:
                code.Run<F32x4>();
                break;
            default:
                code.Run<F32x1>();
                break;
        }
    }

    /// <summary>
    /// Runs <paramref name="items"/> items of <paramref name="code"/> with registers of <paramref name="width"/>, on the threads of the
    /// session where there is work for them.
    /// </summary>
    /// <param name="width">The machine must have them.</param>
    /// <param name="code">What is run.</param>
    /// <param name="items">From 0 on.</param>
    /// <param name="work">Of one item, see <see cref="Part.LeastWork"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TCode>(VectorWidth width, scoped in TCode code, int items, long work)
        where TCode : struct, ISplitCode
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                Part.Run<TCode, F32x16>(code, items, work);
                break;
            case VectorWidth.Bits256:
                Part.Run<TCode, F32x8>(code, items, work);
                break;
            case VectorWidth.Bits128:
                Part.Run<TCode, F32x4>(code, items, work);
                break;
            default:
                Part.Run<TCode, F32x1>(code, items, work);
                break;
        }
    }

    /// <summary>The widest up to <paramref name="width"/> whose registers are no longer than <paramref name="length"/> lanes.</summary>
    /// <remarks>A run of length ≥ a register is covered by whole registers when the last one overlaps its neighbour, so no loop needs
    /// masks.</remarks>
    public static VectorWidth Within(VectorWidth width, int length)
    {
        if (width == VectorWidth.Bits512 && length < F32x16.Count)
        {
            width = VectorWidth.Bits256;
        }

        if (width == VectorWidth.Bits256 && length < F32x8.Count)
        {
            width = VectorWidth.Bits128;
        }

        return width == VectorWidth.Bits128 && length < F32x4.Count ? VectorWidth.Scalar : width;
    }
}
