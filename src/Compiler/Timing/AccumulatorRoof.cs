using System.Reflection;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// The instructions that an accumulator of bytes, or of pairs of bfloat16, consists of: eight sums, two rows of activations in registers,
/// weights from the first-level cache.
/// </summary>
internal static unsafe class AccumulatorRoof
{
    private const int Rounds = 4096;

    /// <summary>
    /// Multiply-adds of one call of <paramref name="once"/>: the struct that a kernel's code is compiled from is the one of its kind and
    /// width; machine code brings its own roof.
    /// </summary>
    /// <param name="kernel">A row of <see cref="ByteKernels"/>, <see cref="PairKernels"/> or <see cref="ShortKernels"/>.</param>
    /// <param name="memory">At least 16 KiB.</param>
    public static double MultiplyAdds(TileKernel kernel, sbyte* memory, out Action once)
    {
        int together = kernel.Dot is ByteDot.BF16Pairs or ByteDot.ShortPairs ? PanelLayout.BF16Pair : PanelLayout.ByteGroup;
        if (kernel.IsMachineCode)
        {
            once = () => MachineRoof.Run(kernel);
            return (double)MachineRoof.Instructions * kernel.RegisterColumns * together;
        }

        if (kernel.Dot == ByteDot.BF16Pairs)
        {
            // Its struct is compiled for the registers of the machine.
            once = kernel.Width switch
            {
                VectorWidth.Bits512 => Once<BF16Dot<F32x16>, F32x16, F32x16, F32x16>((nint)memory),
                VectorWidth.Bits256 => Once<BF16Dot<F32x8>, F32x8, F32x8, F32x8>((nint)memory),
                VectorWidth.Bits128 => Once<BF16Dot<F32x4>, F32x4, F32x4, F32x4>((nint)memory),
                _ => Once<BF16Dot<F32x1>, F32x1, F32x1, F32x1>((nint)memory),
            };
            return (double)Rounds * 8 * kernel.RegisterColumns * together;
        }

        foreach (var type in typeof(IByteDot<,,>).Assembly.GetTypes())
        {
            if (!type.IsGenericTypeDefinition
                && type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IByteDot<,,>))
                is { } contract
                && type.GetProperty("Kind")!.GetValue(null) is ByteDot kind && kind == kernel.Dot
                && (int)type.GetProperty("Columns")!.GetValue(null)! == kernel.RegisterColumns)
            {
                once = (Action)typeof(AccumulatorRoof).GetMethod(nameof(Once), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod([type, .. contract.GetGenericArguments()]).Invoke(null, [(nint)memory])!;
                return (double)Rounds * 8 * kernel.RegisterColumns * together;
            }
        }

        throw new ArgumentException($"{kernel.Identity} is compiled from no byte product.", nameof(kernel));
    }

    private static Action Once<TDot, TSum, TLhs, TWeights>(nint memory)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct =>
        () => Run<TDot, TSum, TLhs, TWeights>((sbyte*)memory);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TDot, TSum, TLhs, TWeights>(sbyte* memory)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
    {
        TLhs x = TDot.Broadcast((byte*)memory), y = TDot.Broadcast((byte*)memory + 4);
        TSum a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int n = 0; n < Rounds; n++)
        {
            // Four registers of weights, each for two rows; 8 KiB that repeat.
            sbyte* weights = memory + ((n & 31) * 256);
            TWeights s = TDot.Load(weights), t = TDot.Load(weights + (4 * TDot.Columns)), u = TDot.Load(weights + (8 * TDot.Columns)),
                v = TDot.Load(weights + (12 * TDot.Columns));
            a = TDot.Add(a, x, s);
            b = TDot.Add(b, y, s);
            c = TDot.Add(c, x, t);
            d = TDot.Add(d, y, t);
            e = TDot.Add(e, x, u);
            f = TDot.Add(f, y, u);
            g = TDot.Add(g, x, v);
            h = TDot.Add(h, y, v);
        }

        int* target = stackalloc int[16];
        TDot.Store(a, target);
        TDot.Store(b, target);
        TDot.Store(c, target);
        TDot.Store(d, target);
        TDot.Store(e, target);
        TDot.Store(f, target);
        TDot.Store(g, target);
        TDot.Store(h, target);
    }
}
