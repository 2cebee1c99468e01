using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;

namespace MixPrec.Compiler.Timing;

/// <summary>What this core can do at most, measured: fused multiply-adds from registers, and reading memory of a given extent.</summary>
internal static unsafe class Roof
{
    private const int Rounds = 4096;

    /// <summary>
    /// fp32 multiply-adds of one call of <paramref name="once"/>, in 12 chains: of the tile that this process has chosen.
    /// </summary>
    public static double MultiplyAdds(out Action once)
    {
        if (ChosenTile<PanelF32>.Preferred is { IsMachineCode: true } kernel)
        {
            once = () => MachineRoof.Run(kernel);
            return (double)MachineRoof.Instructions * kernel.RegisterColumns;
        }

        once = Vector512.IsHardwareAccelerated ? Fma512 : Fma256;
        return (double)Rounds * 12 * (Vector512.IsHardwareAccelerated ? 16 : 8);
    }

    /// <summary>Reads <paramref name="bytes"/> bytes, a multiple of 1024.</summary>
    public static Action Reading(byte* memory, nint bytes) => () => Read(memory, bytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fma512()
    {
        Vector512<float> x = Vector512.Create(1.0001f), y = Vector512.Create(0.9999f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < Rounds; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, y, x);
            b = Vector512.FusedMultiplyAdd(b, y, x);
            c = Vector512.FusedMultiplyAdd(c, y, x);
            d = Vector512.FusedMultiplyAdd(d, y, x);
            e = Vector512.FusedMultiplyAdd(e, y, x);
            f = Vector512.FusedMultiplyAdd(f, y, x);
            g = Vector512.FusedMultiplyAdd(g, y, x);
            h = Vector512.FusedMultiplyAdd(h, y, x);
            i = Vector512.FusedMultiplyAdd(i, y, x);
            j = Vector512.FusedMultiplyAdd(j, y, x);
            k = Vector512.FusedMultiplyAdd(k, y, x);
            l = Vector512.FusedMultiplyAdd(l, y, x);
        }

        Keep((a + b + c + d + e + f + g + h + i + j + k + l).GetLower());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fma256()
    {
        Vector256<float> x = Vector256.Create(1.0001f), y = Vector256.Create(0.9999f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < Rounds; n++)
        {
            a = Vector256.FusedMultiplyAdd(a, y, x);
            b = Vector256.FusedMultiplyAdd(b, y, x);
            c = Vector256.FusedMultiplyAdd(c, y, x);
            d = Vector256.FusedMultiplyAdd(d, y, x);
            e = Vector256.FusedMultiplyAdd(e, y, x);
            f = Vector256.FusedMultiplyAdd(f, y, x);
            g = Vector256.FusedMultiplyAdd(g, y, x);
            h = Vector256.FusedMultiplyAdd(h, y, x);
            i = Vector256.FusedMultiplyAdd(i, y, x);
            j = Vector256.FusedMultiplyAdd(j, y, x);
            k = Vector256.FusedMultiplyAdd(k, y, x);
            l = Vector256.FusedMultiplyAdd(l, y, x);
        }

        Keep(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read(byte* memory, nint bytes)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (byte* end = memory + bytes; memory < end; memory += 512)
        {
            a |= Vector512.Load((int*)memory);
            b |= Vector512.Load((int*)(memory + 64));
            c |= Vector512.Load((int*)(memory + 128));
            d |= Vector512.Load((int*)(memory + 192));
            a |= Vector512.Load((int*)(memory + 256));
            b |= Vector512.Load((int*)(memory + 320));
            c |= Vector512.Load((int*)(memory + 384));
            d |= Vector512.Load((int*)(memory + 448));
        }

        Keep((a | b | c | d).GetLower().AsSingle());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(Vector256<float> value)
    {
    }
}
