using System.Runtime.InteropServices;
using MixPrec.Compiler;
using MixPrec.Compiler.Data.Npy;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Samples;

/// <summary>An array of samples, which are made while it is written.</summary>
/// <param name="Shape">Of one sample.</param>
/// <param name="SampleBytes">Of one sample.</param>
/// <param name="Read">The elements of a sample, by its place.</param>
internal sealed record SampleArray(SampleInput Input, IReadOnlyList<long> Shape, int Count, long SampleBytes, Func<int, byte[]> Read)
{
    public IReadOnlyList<long> WholeShape => [Count, .. Shape];
}

/// <summary>What calibration data hold.</summary>
/// <param name="Classes">Names and labels; empty for data without labels.</param>
/// <param name="Available">Samples that the source would give.</param>
/// <param name="Labels">Of each sample.</param>
internal sealed record MadeSamples(IReadOnlyList<KeyValuePair<string, long>> Classes, int Available, IReadOnlyList<SampleArray> Arrays,
    IReadOnlyList<long> Labels)
{
    private const string LabelsName = "labels";

    public int Count => Arrays[0].Count;

    public bool HasLabels => Classes.Count > 0;

    /// <exception cref="MixPrecException">MXP1117: more than a build reads.</exception>
    public void Write(NpzWriter archive, CancellationToken cancellation)
    {
        long bytes = Arrays.Sum(a => a.SampleBytes * a.Count) + (HasLabels ? sizeof(long) * Count : 0);
        if (bytes > ArrayArchive.LargestTotal)
        {
            throw new MixPrecException(DiagnosticCatalog.DataTooLarge, null, Counted.Format(Count, "sample"), $"{bytes >> 20} MiB",
                $"{ArrayArchive.LargestTotal >> 20} MiB", ArrayArchive.LargestTotal / Arrays.Sum(a => a.SampleBytes));
        }

        foreach (var array in Arrays)
        {
            archive.Write(array.Input.Name, array.Input.NumpyType, array.WholeShape, content =>
            {
                for (int i = 0; i < array.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    content.Write(array.Read(i));
                }
            });
        }

        if (HasLabels)
        {
            archive.Write(LabelsName, "<i8", [Count], content => content.Write(MemoryMarshal.AsBytes(Labels.ToArray().AsSpan())));
        }
    }
}
