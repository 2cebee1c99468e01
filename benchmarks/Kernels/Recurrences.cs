using System.Runtime.InteropServices;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// One step of one sample through the recurrent part of an LSTM and of a GRU, as a streaming network takes it: R in fp32, bf16 and int8.
/// The input's product is a Gemm
/// of its own and not in here.
/// </summary>
internal sealed unsafe class Recurrences : IDisposable
{
    private const float Step = 1 / 127f;

    private readonly Sizes sizes;
    private readonly List<nint> memory = [];
    private readonly Pointer<float> x, h, c, y, sums, floats, scale;
    private readonly Pointer<ushort> halves;
    private readonly StatesS8 u8, u7;

    public Recurrences(int hidden)
    {
        sizes = new(1, 1, hidden);
        int columns = 4 * ((hidden + 15) & ~15), depth = (hidden + 3) & ~3;
        (x, h, c, y, sums) = (New<float>(columns), New<float>(depth), New<float>(depth), New<float>(depth), New<float>(columns));
        (floats, halves, scale) = (New<float>(columns * depth), New<ushort>(columns * depth), New<float>(columns));
        var (bytes, compensation, codes) = (New<sbyte>(columns * depth), New<int>(columns), New<byte>(depth));
        u8 = new(bytes, compensation, scale, codes, Step, 128, 255);
        u7 = new(bytes, compensation, scale, codes, 2 * Step, 64, 127);
    }

    /// <summary>Prints the table.</summary>
    public static void Report()
    {
        Console.WriteLine($"{"one step of the recurrent part, ns",-42} {"fp32",8} {"bf16",8} {"gain",6} {"8-bit",8} {"gain",6} {"7-bit",8} {"gain",6}");
        foreach (int hidden in new[] { 64, 128, 256, 512 })
        {
            using var step = new Recurrences(hidden);
            step.Print($"LSTM of {hidden}", () => step.Lstm(new StatesF32(step.floats)), () => step.Lstm(new StatesBF16(step.halves)), () =>
                step.Lstm(step.u8), () => step.Lstm(step.u7));
            step.Print($"GRU of {hidden}", () => step.Gru(new StatesF32(step.floats)), () => step.Gru(new StatesBF16(step.halves)), () =>
                step.Gru(step.u8), () => step.Gru(step.u7));
        }
    }

    public void Dispose()
    {
        foreach (nint address in memory)
        {
            NativeMemory.AlignedFree((void*)address);
        }
    }

    private void Lstm<TProduct>(TProduct r)
        where TProduct : struct, IStateProduct =>
        Runtime.Kernels.Lstm.Run(sizes, x, r, h, c, y, sums, default(Sigmoid), default(Tanh), default(Tanh), default(Identity),
            default(NoPeepholes), default(EveryStep), false, false);

    private void Gru<TProduct>(TProduct r)
        where TProduct : struct, IStateProduct =>
        GruLinear.Run(sizes, x, r, h, c, y, sums, default(Sigmoid), default(Tanh), default(Identity), default(EveryStep), false);

    private void Print(string title, params Action[] steps)
    {
        double[] times = Clock.Medians(200, steps);
        Console.WriteLine($"{title,-42} {times[0],8:F0} {string.Join(' ', times.Skip(1).Select(t => $"{t,8:F0} {times[0] / t,5:F2}x"))}");
    }

    private Pointer<T> New<T>(int length)
        where T : unmanaged => SmallFloats.New<T>(memory, length);

    private readonly record struct Sizes(int Steps, int Batch, int Hidden) : IRecurrentShape;
}
