using System.Security.Cryptography;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>
/// What is odd about the data that a plan was made from, in sentences for the report. None of it is an error: what it means only the user
/// knows.
/// </summary>
internal static class DataNotes
{
    private const int ShownLayers = 5;

    public static IEnumerable<string> Find(Graph graph, PlanningSamples samples, RangeTable ranges, SensitivityTable sensitivity)
    {
        if (Shared(samples.Calibration, samples.HeldOut) is > 0 and var shared)
        {
            yield return $"{Counted.Format(shared, "held-out sample is", "held-out samples are")} among the calibration samples, "
                + $"of {samples.HeldOut.Count}: the error that was measured on them says less of other data.";
        }

        if (graph.QuantizableNodes.Where(n => sensitivity.WithoutGradient.Contains(n.Name)).ToArray() is { Length: > 0 } unmoved)
        {
            yield return $"The loss does not respond to {Names(unmoved)}: nothing says what an error there costs, and they stay in fp32.";
        }

        if (graph.QuantizableNodes.Where(n => ranges.Ranges.TryGetValue(n.Name, out var range)
            && range is { Lowest: 0, Highest: 0 }).ToArray() is { Length: > 0 } dead)
        {
            yield return $"{Names(dead)} read nothing but zeros on the calibration data: their ranges say nothing of other data.";
        }
    }

    /// <summary>Held-out samples whose inputs are those of a calibration sample, byte for byte.</summary>
    private static int Shared(SampleSet calibration, SampleSet heldOut)
    {
        var known = Hashes(calibration).ToHashSet();
        return Hashes(heldOut).Count(known.Contains);
    }

    private static IEnumerable<string> Hashes(SampleSet samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Tensor[] inputs = [.. samples.Inputs.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => i.Value)];
        for (int i = 0; i < samples.Count; i++)
        {
            foreach (var input in inputs)
            {
                int length = input.Bytes.Length / samples.Count;
                hash.AppendData(input.Bytes.Slice(i * length, length));
            }

            yield return Convert.ToHexString(hash.GetHashAndReset());
        }
    }

    private static string Names(IReadOnlyList<Node> layers) =>
        string.Join(", ", layers.Take(ShownLayers).Select(n => PrintableName.Format(n.Name)))
            + (layers.Count > ShownLayers ? $" and {Counted.Format(layers.Count - ShownLayers, "more layer")}" : "");
}
