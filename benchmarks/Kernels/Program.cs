using System.Globalization;
using System.Runtime.InteropServices;
using MixPrec.Benchmarks.Kernels;
using MixPrec.Compiler.Timing;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

// Single layers and chains of the measured networks, each beside ONNX Runtime fp32; one thread, medians of interleaved samples.
// dotnet run -c Release --project benchmarks/Kernels [-- part of a name]
// dotnet run -c Release --project benchmarks/Kernels -- accumulators: each accumulator beside its roof
// dotnet run -c Release --project benchmarks/Kernels -- memory [rows]: a product whose weights lie in memory, in each format
// dotnet run -c Release --project benchmarks/Kernels -- rows [part of a name]: each row of the kernel table
// dotnet run -c Release --project benchmarks/Kernels -- tiles: 3×3 convolutions by their definition, and in fewer multiplications
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["accumulators"])
{
    Console.WriteLine($"instruction sets {string.Join(", ", InstructionSets.Available)}; bytes with {string.Join(", ", new[] { Exactness.Any, Exactness.SevenBit, Exactness.Blocks(2) }.Select(known => ChosenByteTiles.For(known).Identity).Distinct())}\n");
    AccumulatorTable.Print();
    return;
}

if (args is ["memory", ..])
{
    ColdProducts.Print(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1);
    return;
}

if (args is ["rows", ..])
{
    RowTable.Print(args.ElementAtOrDefault(1) ?? string.Empty);
    return;
}

if (args is ["tiles"])
{
    TileTable.Print();
    FloatTileTable.Print();
    return;
}

string wanted = args.FirstOrDefault() ?? string.Empty;

Layer[] mlp(int batch) => [new(batch, 784, 784), new(batch, 784, 128), new(batch, 128, 10)];
Layer[] cnn =
[
    new(1, 1, 32, 28, 3), new(1, 32, 32, 28, 3), new(1, 32, 32, 28, 3), new(1, 32, 64, 28, 3, 2), new(1, 64, 64, 14, 3),
        new(1, 64, 64, 14, 3),
    new(1, 64, 128, 14, 3, 2), new(1, 128, 128, 7, 3, 1, true), new(1, 128, 128, 7, 3),
];
(string Name, Layer[] Layers)[] cases =
[
    ("mlp3 batch 1", mlp(1)),
    ("mlp3 batch 64", mlp(64)),
    ("cnn batch 1", cnn),
    .. mlp(1).Concat(mlp(64)).Concat(cnn.Distinct()).Append(new(784, 16, 32)).Append(new(784, 64, 32))
        .Select(layer => ("layer", new[] { layer })),
];

double fmaCount = Roof.MultiplyAdds(out var fma);
double fmaRoof = fmaCount / Clock.Medians(100, fma)[0];
(string Name, int Bytes)[] extents = [("16 KiB", 16 << 10), ("512 KiB", 512 << 10), ("2.4 MiB", 2400 << 10), ("16 MiB", 16 << 20)];
double[] reads = new double[extents.Length];
unsafe
{
    byte* memory = (byte*)NativeMemory.AlignedAlloc(16 << 20, 64);
    NativeMemory.Fill(memory, 16 << 20, 1);
    for (int i = 0; i < extents.Length; i++)
    {
        reads[i] = extents[i].Bytes / Clock.Medians(100, Roof.Reading(memory, extents[i].Bytes))[0];
    }

    NativeMemory.AlignedFree(memory);
}

Console.WriteLine($"instruction sets {string.Join(", ", InstructionSets.Available)}; preferred {InstructionSets.Preferred}");
Console.WriteLine($"fp32 multiply-adds {fmaRoof:F0} G/s; reading {string.Join(", ", extents.Zip(reads, (e, r) => $"{e.Name} {r:F0} GB/s"))}");
Console.WriteLine();
Console.WriteLine($"{"",-42} {"ORT fp32",10} | {"kernel",6} {"ns",10} {"GMAC/s",8} {"of roof",8} {"GB/s",6} {"vs ORT",7}");
foreach (var (name, layers) in cases)
{
    string title = name == "layer" ? layers[0].ToString() : name;
    if (!title.Contains(wanted, StringComparison.Ordinal))
    {
        continue;
    }

    Precision[] precisions = [.. Enum.GetValues<Precision>().Where(p => !layers.Any(l => l.Depthwise) || p == Precision.F32)];
    var chains = precisions.Select(precision => new KernelChain(layers, precision)).ToArray();
    using (var ort = new OnnxRuntimeChain(layers))
    {
        double[] times = Clock.Medians(200, [ort.Run, .. chains.Select(chain => (Action)chain.Run)]);
        double macs = layers.Sum(layer => layer.Macs);
        for (int i = 0; i < precisions.Length; i++)
        {
            int bytes = precisions[i] switch { Precision.F32 => 4, Precision.BF16 => 2, _ => 1 };
            double time = times[i + 1], weights = layers.Sum(layer => (double)layer.WeightCount) * bytes;
            Console.WriteLine(
                $"{(i == 0 ? title : string.Empty),-42} {(i == 0 ? times[0].ToString("F0") : string.Empty),10} | {precisions[i],6} {time,10:F0} "
                + $"{macs / time,8:F1} {macs / time / fmaRoof,8:P0} {weights / time,6:F0} {times[0] / time,6:F2}x");
        }
    }

    Array.ForEach(chains, chain => chain.Dispose());
}

if ("attention".Contains(wanted, StringComparison.Ordinal))
{
    MixPrec.Benchmarks.Kernels.Attention.Report();
}

if ("recurrences".Contains(wanted, StringComparison.Ordinal))
{
    Recurrences.Report();
}
