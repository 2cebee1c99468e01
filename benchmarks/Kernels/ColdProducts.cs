using System.Runtime.InteropServices;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// A few rows times 4096 × 4096 weights that lie in memory: copies of them, of which each run takes the next, are larger than any cache.
/// </summary>
internal sealed unsafe class ColdProducts : IDisposable
{
    private const int Size = 4096;

    /// <summary>Bytes of all copies together.</summary>
    private const long Everything = 512L << 20;

    private readonly List<nint> _memory = [];

    /// <param name="rows">Of activations.</param>
    public static void Print(int rows)
    {
        using var products = new ColdProducts();
        var (x, y, bias) = (products.New<float>(rows * Size), products.New<float>(rows * Size), products.New<float>(Size));
        var (codes, compensation, scale) = (products.New<byte>(rows * Size), products.New<int>(Size), products.New<float>(Size));
        var (sizes, store) = (new GemmSizes(rows, Size, Size), new StoreF32(y, Size));
        long weights = (long)Size * Size;
        List<(string Name, long Bytes, Action Run)> cases =
        [
            ("i8", weights, products.InTurn<sbyte>(weights, w =>
                Gemm.U8S8(sizes, codes, w, compensation, scale, bias, default(Relu), store))),
            ("f32", 4 * weights, products.InTurn<float>(weights, w => Gemm.F32(sizes, x, w, bias, default(Relu), store))),
            ("f16", 2 * weights, products.InTurn<ushort>(weights, w => Gemm.F16(sizes, x, w, bias, default(Relu), store))),
            ("bf16", 2 * weights, products.InTurn<ushort>(weights, w => Gemm.BF16(sizes, x, w, bias, default(Relu), store))),
        ];
        long eight = PanelLayout.Panels(Size) * PanelLayout.PanelBytesOfGroups(Size, Size, PanelLayout.ByteGroup);
        cases.Add(("e4m3", eight, products.InTurn<byte>(eight, w => Gemm.E4M3(sizes, x, w, bias, default(Relu), store))));
        cases.Add(("e5m2", eight, products.InTurn<byte>(eight, w => Gemm.E5M2(sizes, x, w, bias, default(Relu), store))));
        foreach (var (name, group) in new[] { ("nvfp4", 16), ("mxfp4", 32) })
        {
            long bytes = PanelLayout.Panels(Size) * PanelLayout.PanelBytesOfGroups(Size, group, PanelLayout.NibbleRows);
            cases.Add((name, bytes, products.InTurn<byte>(bytes, w => Gemm.E2M1(sizes, group, x, w, bias, default(Relu), store))));
        }

        foreach (int group in new[] { 32, 64, 128 })
        {
            long bytes = PanelLayout.Panels(Size) * PanelLayout.PanelBytesOfGroups(Size, group, PanelLayout.NibbleRows);
            cases.Add(($"i4g{group}", bytes, products.InTurn<byte>(bytes, w =>
                Gemm.S4(sizes, group, x, w, bias, default(Relu), store))));
            cases.Add(($"i4g{group}a8", bytes, products.InTurn<byte>(bytes, w =>
                Gemm.U8S4(sizes, group, codes, w, scale, scale, bias, default(Relu), store))));
        }

        double[] times = Clock.Medians(20000, [.. cases.Select(c => c.Run)]);
        Console.WriteLine("| weights | MB | µs | GB/s | against i8 |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var ((name, bytes, _), time) in cases.Zip(times))
        {
            Console.WriteLine($"| {name} | {bytes / 1e6:F1} | {time / 1e3:F0} | {bytes / time:F1} | {times[0] / time:F2} |");
        }
    }

    public void Dispose() => _memory.ForEach(address => NativeMemory.AlignedFree((void*)address));

    private Action InTurn<T>(long length, Action<Pointer<T>> run)
        where T : unmanaged
    {
        var copies = Enumerable.Range(0, (int)(Everything / (length * sizeof(T)))).Select(_ => New<T>(length)).ToArray();
        int next = 0;
        return () => run(copies[next = (next + 1) % copies.Length]);
    }

    private Pointer<T> New<T>(long length)
        where T : unmanaged
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)(length * sizeof(T)), 64);
        NativeMemory.Fill(memory, (nuint)(length * sizeof(T)), 1);
        _memory.Add((nint)memory);
        return new((T*)memory);
    }
}
