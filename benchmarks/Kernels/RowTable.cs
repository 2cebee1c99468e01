using System.Runtime.InteropServices;
using MixPrec.Compiler.Timing;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// Every row of the tables that this machine can run, whichever it would choose: what docs/kernels.md says of them is read here. The roof
/// is that of the instructions of the first row of a family.
/// </summary>
internal sealed unsafe class RowTable : IDisposable
{
    private readonly List<nint> memory = [];

    public static void Print(string wanted)
    {
        Console.WriteLine("| layer | kernel | ns | GMAC/s | of roof | against the row below |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|");
        foreach (var layer in new Layer[] { new(1, 784, 784), new(2, 784, 784), new(4, 576, 64), new(16, 784, 784), new(64, 784, 784),
            new(64, 64, 64), new(64, 16, 64), new(196, 256, 256), new(784, 64, 32),
            new(1, 64, 64, 56, 3), new(1, 16, 64, 55), new(1, 64, 16, 55), new(1, 32, 32, 16, 3), new(1, 3, 16, 32, 3) })
        {
            using var table = new RowTable();
            table.Print(layer, wanted);
        }
    }

    public void Dispose() => memory.ForEach(address => NativeMemory.AlignedFree((void*)address));

    private void Print(Layer layer, string wanted)
    {
        foreach (var family in new[] { FloatKernels.PanelF32, FloatKernels.PanelBF16, FloatKernels.PanelF16,
            FloatKernels.RowMajorF32, ByteKernels.Family })
        {
            var rows = family.Rows.Where(row => row.IsAvailable && row.Width > VectorWidth.Bits128
                && row.Identity.Contains(wanted, StringComparison.Ordinal)).ToList();
            if (rows.Count == 0)
            {
                continue;
            }

            if (family == FloatKernels.RowMajorF32 && !layer.IsGemm)
            {
                continue;
            }

            bool bytes = family == ByteKernels.Family;
            double adds = bytes ? AccumulatorRoof.MultiplyAdds(family.Choose(), New<sbyte>(16384).Address, out var roof)
                : Roof.MultiplyAdds(out roof);
            var run = Operands(layer, family);
            double[] times = Clock.Best(300, [roof, .. rows.Select(row => (Action)(() => run(row)))]);
            for (int i = 0; i < rows.Count; i++)
            {
                double rate = layer.Macs / times[i + 1];
                Console.WriteLine($"| {(i == 0 ? layer : "")} | {rows[i].Identity} | {times[i + 1]:F0} | {rate:F1} | {rate / (adds / times[0]):P0} | {(i + 1 < rows.Count ? times[i + 2] / times[i + 1] : 1):F2} |");
            }
        }
    }

    private Action<TileKernel> Operands(Layer layer, KernelFamily family)
    {
        int panels = PanelLayout.PaddedColumns(layer.OutC), taps = layer.Kernel * layer.Kernel, depth = PanelLayout.PaddedDepth(layer.InC);
        var conv = new ConvSizes(layer);
        var sizes = new GemmSizes(layer.Batch, layer.OutC, layer.InC);
        var (x, y, bias) = (New<float>(layer.InputLength), New<float>(layer.OutputLength), New<float>(panels));
        var store = new StoreF32(y, layer.OutC);
        if (family == ByteKernels.Family)
        {
            var (codes, weights) = (New<byte>(layer.InputLength / layer.InC * depth), New<sbyte>(panels * taps * depth));
            var (compensation, scale) = (New<int>(panels), New<float>(panels));
            if (!layer.IsGemm)
            {
                var padding = New<byte>(depth);
                return row => Conv.Bytes(row, Exactness.Blocks(Math.Max(row.Needs.Groups, 16)), conv, codes, padding, weights,
                    compensation, scale, bias, default(Relu), store);
            }

            return row => Gemm.Bytes(row, Exactness.Blocks(Math.Max(row.Needs.Groups, 16)),
                sizes, codes, weights, compensation, scale, bias, default(Relu), store);
        }

        if (family == FloatKernels.RowMajorF32)
        {
            var plain = New<float>(layer.InC * layer.OutC);
            return row => MatMul.F32(row, layer.Batch, layer.OutC, layer.InC, x, plain, y, [], [], [], layer.OutC);
        }

        if (family == FloatKernels.PanelF16)
        {
            var halves = New<ushort>(panels * (layer.Depth + 1));
            return row =>
            {
                if (layer.IsGemm)
                {
                    Gemm.F16(row, sizes, x, halves, bias, default(Relu), store);
                    return;
                }

                Conv.F16(row, conv, x, halves, bias, default(Relu), store);
            };
        }

        if (family == FloatKernels.PanelBF16)
        {
            var halves = New<ushort>(panels * (layer.Depth + 1));
            return row =>
            {
                if (layer.IsGemm)
                {
                    Gemm.BF16(row, sizes, x, halves, bias, default(Relu), store);
                    return;
                }

                Conv.BF16(row, conv, x, halves, bias, default(Relu), store);
            };
        }

        var floats = New<float>(panels * layer.Depth);
        return row =>
        {
            if (layer.IsGemm)
            {
                Gemm.F32(row, sizes, x, floats, bias, default(Relu), store);
                return;
            }

            Conv.F32(row, conv, x, floats, bias, default(Relu), store);
        };
    }

    private Pointer<T> New<T>(int length)
        where T : unmanaged => SmallFloats.New<T>(memory, length);
}
