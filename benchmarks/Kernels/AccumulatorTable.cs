using System.Runtime.InteropServices;
using MixPrec.Compiler.Timing;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// Every accumulator that products have on this machine, each beside its roof: the slower of its instructions and of reading its weights.
/// </summary>
internal sealed unsafe class AccumulatorTable : IDisposable
{
    private static readonly int[] Blocks = [2, 4, 8, 16, 32];
    private static readonly double[] Shares = [0, 0.1, 0.5, 1];

    private readonly List<nint> _memory = [];

    public static void Print()
    {
        using var table = new AccumulatorTable();
        Console.WriteLine("| layer | accumulator | ns | GMAC/s | roof | of roof | against fp32 |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|");
        foreach (var layer in new Layer[] { new(1, 784, 784), new(1, 784, 128), new(1, 4096, 4096), new(16, 784, 784), new(64, 784, 784),
            new(64, 64, 64) })
        {
            table.Print(layer);
        }
    }

    public void Dispose() => _memory.ForEach(address => NativeMemory.AlignedFree((void*)address));

    private void Print(Layer layer)
    {
        var cases = Cases(layer);
        double[] times = Clock.Medians(200, [.. cases.Select(c => c.Run)]);
        for (int i = 0; i < cases.Count; i++)
        {
            var (name, bytes, macs, roof, _) = cases[i];
            double ceiling = Math.Min(roof, macs / Reading(bytes));
            Console.WriteLine($"| {(i == 0 ? layer : "")} | {name} | {times[i]:F0} | {macs / times[i]:F1} | {ceiling:F1}{(ceiling < roof ? " (reading)" : "")} | {macs / times[i] / ceiling:P0} | {times[0] / times[i]:F2} |");
        }
    }

    private List<(string Name, double Bytes, double Macs, double Roof, Action Run)> Cases(Layer layer)
    {
        var cases = new List<(string, double, double, double, Action)>();
        var sizes = new GemmSizes(layer.Batch, layer.OutC, layer.InC);
        int panels = (layer.OutC + 15) / 16 * 16, depth = (layer.InC + 3) & ~3, wide = (layer.InC + 31) & ~31;
        double weights = layer.WeightCount, macs = layer.Macs;
        var (x, y, bias, scale, norms) = (Floats(layer.InputLength), Floats(layer.OutputLength), Floats(panels), Floats(panels),
            Floats(panels, 1));
        var (panelF32, panelBF16, columns) = (Floats(panels * layer.InC), Halves(panels * (layer.InC + 1)), Floats(panels * wide));
        var (codes, panelS8, compensation) = (Bytes<byte>(layer.Batch * depth), Bytes<sbyte>(panels * depth), Bytes<int>(panels));
        var store = new StoreF32(y, layer.OutC);
        double ByteRoof(Exactness known)
        {
            double adds = AccumulatorRoof.MultiplyAdds(ChosenByteTiles.For(known), panelS8.Address, out var run);
            return adds / Clock.Medians(100, run)[0];
        }

        double fma = Roof.MultiplyAdds(out var once) / Clock.Medians(100, once)[0];
        cases.Add(("fp32, weights fp32", weights * 4, macs, fma, () => Gemm.F32(sizes, x, panelF32, bias, default(Relu), store)));
        cases.Add(("fp32, weights bf16", weights * 2, macs, fma, () => Gemm.BF16(sizes, x, panelBF16, bias, default(Relu), store)));
        cases.Add(("int32, u8 × s8", weights, macs, ByteRoof(Exactness.Any), () =>
            Gemm.U8S8(sizes, codes, panelS8, compensation, scale, bias, default(Relu), store)));
        cases.Add(("int32, 7 bits × s8", weights, macs, ByteRoof(Exactness.SevenBit), () =>
            Gemm.U7S8(sizes, codes, panelS8, compensation, scale, bias, default(Relu), store)));
        double blocks = ByteRoof(Exactness.Blocks(2));
        foreach (int block in Blocks)
        {
            cases.Add(($"int16 in blocks of {4 * block}", weights, macs, blocks, () =>
                Gemm.U8S8Blocks(sizes, block, codes, panelS8, compensation, scale, bias, default(Relu), store)));
        }

        if (layer.Batch > 1)
        {
            return cases;
        }

        long Flagged(float tolerance) => Gemm.TwoPass<PanelF32, GemmSizes, Identity, StoreF32>(
            ChosenByteTiles.For(Exactness.SevenBit), Exactness.SevenBit, sizes, tolerance, 0, x, codes, panelS8, compensation, scale, bias,
                norms, columns.At<byte>(0), default, store);
        foreach (double share in Shares)
        {
            float tolerance = Tolerance(Flagged, share * layer.OutC);
            double flagged = Flagged(tolerance);
            cases.Add(($"two passes, {flagged / layer.OutC:P0} in fp32", weights + (flagged * layer.InC * 4), macs,
                ByteRoof(Exactness.SevenBit), () => Flagged(tolerance)));
        }

        return cases;
    }

    /// <summary>A tolerance that flags about <paramref name="wanted"/> components: fewer the higher it is.</summary>
    private static float Tolerance(Func<float, long> flagged, double wanted)
    {
        float low = 0, high = 1e9f;
        for (int i = 0; i < 60 && wanted > 0; i++)
        {
            float middle = i < 30 ? MathF.Sqrt(Math.Max(low, 1e-6f) * high) : (low + high) / 2;
            (low, high) = flagged(middle) >= wanted ? (middle, high) : (low, middle);
        }

        return wanted > 0 ? low : float.PositiveInfinity;
    }

    /// <summary>Nanoseconds to read as many bytes once more after they have been read.</summary>
    private double Reading(double bytes)
    {
        int length = Math.Max(1024, (int)bytes / 1024 * 1024);
        return Clock.Medians(100, Roof.Reading(Bytes<byte>(length).Address, length))[0] * bytes / length;
    }

    private Pointer<float> Floats(int length, float centre = 0)
    {
        var random = new Random(_memory.Count);
        var result = Bytes<float>(length);
        foreach (ref float value in new Span<float>(result.Address, length))
        {
            value = centre + ((random.NextSingle() - 0.5f) * 0.1f);
        }

        return result;
    }

    /// <summary>0x3C80 in every place, 0.015625 in bfloat16.</summary>
    private Pointer<ushort> Halves(int length)
    {
        var result = Bytes<ushort>(length);
        new Span<ushort>(result.Address, length).Fill(0x3C80);
        return result;
    }

    /// <summary>Bytes of 0 … 3, with which no block leaves 16 bits.</summary>
    private Pointer<T> Bytes<T>(int length)
        where T : unmanaged
    {
        nuint size = ((nuint)length * (nuint)sizeof(T)) + 16384;
        byte* address = (byte*)NativeMemory.AlignedAlloc(size, 64);
        _memory.Add((nint)address);
        for (nuint i = 0; i < size; i++)
        {
            address[i] = sizeof(T) == 1 ? (byte)(i * 7 % 4) : (byte)0;
        }

        return new((T*)address);
    }
}
