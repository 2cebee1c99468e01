using System.Globalization;
using System.IO.Compression;
using System.Text;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.PlanSweep;

/// <summary>The data sets of a case as an .npz file of a few samples: whole inputs stacked.</summary>
internal static class SampleFile
{
    private const int Samples = 6;

    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, Graph graph, IReadOnlyList<OnnxTestSet> sets, bool labels, bool targets,
        Func<Value, bool>? wanted = null)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        var parts = Enumerable.Range(0, Samples).Select(i => sets[i % sets.Count])
            .Where(s => s.Inputs.Select(t => t.Shape).Zip(sets[0].Inputs, (a, b) => a.SequenceEqual(b.Shape)).All(same => same)).ToArray();
        foreach (var (input, i) in graph.Inputs.Select((input, i) => (input, i))
            .Where(p => p.i < sets[0].Inputs.Count && (wanted is null || wanted(p.input))))
        {
            Add(zip, input.Name, [.. parts.Select(p => p.Inputs[i])]);
        }

        if (labels)
        {
            Add(zip, "labels", [.. parts.Select(_ => Tensor.Create([0L]))]);
        }

        if (targets)
        {
            Add(zip, "targets", [.. parts.Select(p => p.Outputs[0])]);
        }

        return path;
    }

    private static void Add(ZipArchive zip, string name, Tensor[] parts)
    {
        if (Descriptor(parts[0].Type) is not { } type)
        {
            return;
        }

        string shape = string.Concat(parts[0].Shape.Prepend(parts.Length)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s}, ")));
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
        using var entry = zip.CreateEntry(name + ".npy").Open();
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)]);
        foreach (var part in parts)
        {
            entry.Write(part.Bytes);
        }
    }

    private static string? Descriptor(ElementType type) => type switch
    {
        ElementType.F32 => "<f4", ElementType.F64 => "<f8", ElementType.F16 => "<f2", ElementType.I64 => "<i8", ElementType.I32 =>
            "<i4", ElementType.I16 => "<i2", ElementType.I8 => "|i1",
        ElementType.U64 => "<u8", ElementType.U32 => "<u4", ElementType.U16 => "<u2", ElementType.U8 => "|u1", ElementType.Bool => "|b1",
        _ => null,
    };
}
