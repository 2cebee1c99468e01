using System.Runtime.InteropServices;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// 3×3 convolutions of bytes by <see cref="Conv"/> and by <see cref="WinogradConv"/>, whichever of them a class would call on this machine.
/// </summary>
internal static unsafe class TileTable
{
    private const int SampleMicroseconds = 500;

    private static readonly (int Inputs, int Outputs, int Side)[] s_layers =
    [
        (16, 16, 32), (32, 32, 16), (16, 64, 55), (32, 64, 28), (32, 128, 27), (64, 64, 14), (64, 64, 28), (64, 64, 56), (64, 256, 13),
        (128, 128, 14), (128, 128, 28), (256, 256, 14), (256, 256, 28),
    ];

    public static void Print()
    {
        Console.WriteLine($"{ChosenByteTiles.For(Exactness.Any).Identity}, {ChosenByteTiles.For(Exactness.SevenBit).Identity}; "
            + $"{ChosenShortTile.Preferred.Identity}");
        Console.WriteLine("| channels | image | u8 µs | 7 bits µs | tiles µs | u8 / tiles | 7 bits / tiles | called for u8, for 7 bits |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---|");
        foreach (var (inputs, outputs, side) in s_layers)
        {
            double[] times = Times(inputs, outputs, side);
            string Called(Exactness known) => WinogradConv.Gains(known, side, side, inputs, outputs) ? "tiles" : "definition";
            Console.WriteLine($"| {inputs} → {outputs} | {side}² | {times[0] / 1000:F1} | {times[1] / 1000:F1} | {times[2] / 1000:F1} "
                + $"| {times[0] / times[2]:F2} | {times[1] / times[2]:F2} | {Called(Exactness.Any)}, {Called(Exactness.SevenBit)} |");
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
        var x = Memory<byte>(side * side * inputs);
        var padding = Memory<byte>(inputs);
        var weights = Memory<sbyte>((int)PanelLayout.LengthS8(9 * PanelLayout.ByteGroups(inputs), outputs));
        var (compensation, scale, bias) = (Memory<int>(columns), Memory<float>(columns), Memory<float>(columns));
        var scratch = Memory<float>(WinogradConv.ByteScratchLength(inputs));
        var y = Memory<byte>(side * side * outputs);
        var store = new StoreRoundedU8(y, outputs, 0, byte.MaxValue);
        double[] times = Clock.Medians(SampleMicroseconds,
        [
            () => Conv.U8S8(shape, x, padding, weights, compensation, scale, bias, new Identity(), store),
            () => Conv.U7S8(shape, x, padding, weights, compensation, scale, bias, new Identity(), store),
            () => WinogradConv.Bytes(ChosenShortTile.Preferred, shape, x, padding, weights, compensation, scale, bias, scratch,
                new Identity(), store),
        ]);
        foreach (var memory in new void*[] { x.Address, padding.Address, weights.Address, compensation.Address, scale.Address, bias.Address,
            scratch.Address, y.Address })
        {
            NativeMemory.AlignedFree(memory);
        }

        return times;
    }

    /// <summary>Zeros, which are multiplied as fast as others.</summary>
    private static Pointer<T> Memory<T>(int length)
        where T : unmanaged
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(T), 64);
        NativeMemory.Clear(memory, (nuint)length * (nuint)sizeof(T));
        return new((T*)memory);
    }
}
