using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Triangles over the bins of a spectrum, [dft_length / 2 + 1, num_mel_bins], whose corners lie at equal distances of mel = 2595 · log₁₀(1
/// + f / 700). All inputs are constants. Opset 17.
/// </summary>
internal static class MelWeightMatrix
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        double bands = Number(node, 0), length = Number(node, 1), rate = Number(node, 2), lowest = Number(node, 3),
            highest = Number(node, 4);
        long code = node.Attributes.Int("output_datatype") ?? 1;
        var type = code is >= 0 and <= int.MaxValue ? OnnxElementType.FromCode((int)code) : null;
        double bins = Math.Floor(length / 2) + 1;
        if (!(bands >= 1 && length >= 1 && rate >= 1 && lowest >= 0 && highest >= lowest) || type is null)
        {
            throw node.NotSupported($"{bands} bands of {lowest} to {highest} Hz over {length} positions of {rate} Hz");
        }

        node.RequireFoldable((Int128)(bins * bands), ElementType.F64);
        double start = Mel(lowest), step = (Mel(highest) - start) / (bands + 2);
        long[] corners = [.. Enumerable.Range(0, (int)bands + 2)
            .Select(i => (long)Math.Floor((length + 1) * Frequency((i * step) + start) / rate))];
        if (corners[^1] > bins)
        {
            throw node.Invalid($"{highest} Hz lie beyond the spectrum");
        }

        var weights = Tensor.Zeros(ElementType.F64, (long)bins, (long)bands);
        var elements = weights.Writable<double>();
        for (int band = 0; band < (int)bands; band++)
        {
            Triangle(elements, band, (int)bands, corners[band], corners[band + 1], corners[band + 2]);
        }

        return new Graphs.Ops.Cast(type.Value).Evaluate([weights]) is [var matrix] ? [GraphBuilder.Constant(node.OutputName(0), matrix)]
            : throw node.NotSupported($"element type {type}");
    }

    /// <summary>0 at the first corner, 1 at the second and 0 at the third; the second alone where it lies on the first.</summary>
    private static void Triangle(Span<double> weights, int band, int bands, long first, long top, long last)
    {
        for (long bin = first; bin < last || bin == top; bin++)
        {
            long at = (bin * bands) + band;
            if (at < weights.Length)
            {
                weights[(int)at] = bin < top ? (double)(bin - first) / (top - first) : bin == top ? 1 : (double)(last - bin) / (last - top);
            }
        }
    }

    private static double Mel(double frequency) => 2595 * Math.Log10(1 + (frequency / 700));

    private static double Frequency(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    private static double Number(OnnxNode node, int index) => node.ConstantNumber(index) ?? throw node.Invalid($"input {index} is missing");
}
