using System.Runtime.InteropServices;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>3×3 convolutions in fp32 by <see cref="Conv"/> and by <see cref="WinogradConv"/>.</summary>
internal static unsafe class FloatTileTable
{
    private const int SampleMicroseconds = 500;

    private static readonly (int Inputs, int Outputs, int Side)[] s_layers =
    [
        (16, 16, 8), (16, 16, 16), (16, 16, 32), (16, 16, 56), (16, 24, 28), (24, 16, 28), (24, 24, 28), (32, 8, 28), (64, 4, 28),
        (64, 8, 28), (32, 16, 28), (32, 32, 16), (64, 64, 8), (64, 64, 56), (128, 128, 28), (256, 256, 14),
    ];

    public static void Print()
    {
        Console.WriteLine($"{ChosenTile<PanelF32>.Preferred.Identity}; {ChosenRunTile.Preferred.Identity}");
        Console.WriteLine("| channels | image | definition µs | tiles µs | definition / tiles | called |");
        Console.WriteLine("|---|---|---:|---:|---:|---|");
        foreach (var (inputs, outputs, side) in s_layers)
        {
            double[] times = Times(inputs, outputs, side);
            bool isTaken = WinogradConv.Takes(inputs, outputs) && WinogradConv.IsLargeEnough(side, side, inputs);
            Console.WriteLine($"| {inputs} → {outputs} | {side}² | {times[0] / 1000:F1} | {times[1] / 1000:F1} "
                + $"| {times[0] / times[1]:F2} | {(isTaken ? "tiles" : "definition")} |");
        }
    }

    private static double[] Times(int inputs, int outputs, int side)
    {
        var shape = new ConvShape
        {
            Batch = 1, InH = side, InW = side, InC = inputs, OutH = side, OutW = side, OutC = outputs, Groups = 1, KernelH = 3, KernelW = 3,
            StrideH = 1, StrideW = 1, PadTop = 1, PadLeft = 1, DilationH = 1, DilationW = 1,
        };
        int columns = PanelLayout.PaddedColumns(outputs);
        var (x, y, bias) = (Memory(side * side * inputs), Memory(side * side * outputs), Memory(columns));
        var (weights, scratch) = (Memory(9 * inputs * columns), Memory(WinogradConv.ScratchLength(inputs)));
        var store = new StoreF32(y, outputs);
        double[] times = Clock.Medians(SampleMicroseconds,
        [
            () => Conv.F32(shape, x, weights, bias, new Relu(), store),
            () => WinogradConv.F32(ChosenRunTile.Preferred, shape, x, weights, bias, scratch, new Relu(), store),
        ]);
        foreach (var memory in new[] { x, y, bias, weights, scratch })
        {
            NativeMemory.AlignedFree(memory.Address);
        }

        return times;
    }

    /// <summary>Zeros, which are multiplied as fast as others.</summary>
    private static Pointer<float> Memory(int length)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
        NativeMemory.Clear(memory, (nuint)length * sizeof(float));
        return new((float*)memory);
    }
}
