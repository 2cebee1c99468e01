using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// One spatial dimension of a transposed convolution, y[i·stride + k·dilation - begin] += w[k] · x[i], as convolutions. Output position p
/// (begin added) of phase r = p mod stride only meets the taps k ≡ r, so each phase is a convolution of x, of stride 1, with every
/// stride-th tap in reverse; all phases have one filter size when missing taps are zero. Dilated taps are spread out first, unless the
/// stride is 1.
/// </summary>
/// <param name="Kernel">Taps of the file's filter.</param>
/// <param name="Stride">Phases.</param>
/// <param name="SpreadBy">Distance of the taps in the filter that is cut into phases.</param>
/// <param name="Dilation">Dilation of the convolutions.</param>
/// <param name="PadBegin">Padding of the convolutions.</param>
/// <param name="PadEnd">Padding of the convolutions.</param>
/// <param name="Start">First position that is kept, when the phases are put side by side.</param>
/// <param name="Output">Positions that are kept.</param>
internal sealed record TransposedAxis(int Kernel, int Stride, int SpreadBy, int Dilation, int PadBegin, int PadEnd, long Start,
    IntExpr Output)
{
    /// <summary>Taps of the filter with its zeros.</summary>
    public int Spread => checked(((Kernel - 1) * SpreadBy) + 1);

    /// <summary>Taps of each phase.</summary>
    public int Taps => (Spread + Stride - 1) / Stride;

    public static IReadOnlyList<TransposedAxis> Read(OnnxNode node, Value x, int[] kernel)
    {
        int rank = kernel.Length;
        int[] strides = Sizes(node, "strides", rank, 1), dilations = Sizes(node, "dilations", rank, 1),
            extra = Sizes(node, "output_padding", rank, 0), pads = Sizes(node, "pads", 2 * rank, 0);
        var wanted = node.Attributes.Sizes("output_shape");
        string mode = node.Attributes.String("auto_pad") ?? "NOTSET";
        if (kernel.Concat(strides).Concat(dilations).Any(s => s < 1) || pads.Concat(extra).Any(p => p < 0))
        {
            throw node.Invalid("kernel, strides and dilations have to be at least 1, pads and output_padding at least 0");
        }

        if (mode is not ("NOTSET" or "" or "VALID" or "SAME_UPPER" or "SAME_LOWER"))
        {
            throw node.Invalid($"auto_pad '{PrintableName.Format(mode)}' is unknown");
        }

        // Some files give the whole shape of the output.
        if (wanted is not null && wanted.Count != rank && wanted.Count != rank + 2)
        {
            throw node.Invalid($"output_shape has {Counted.Format(wanted.Count, "entry", "entries")} instead of {rank}");
        }

        return [.. Enumerable.Range(0, rank).Select(i =>
        {
            var size = x.Shape[i + 2];
            var full = ((size - 1) * strides[i]) + extra[i] + checked(((kernel[i] - 1) * dilations[i]) + 1);
            var output = wanted is not null ? wanted[wanted.Count - rank + i] : mode.StartsWith("SAME", StringComparison.Ordinal)
                ? size * strides[i]
                : mode == "VALID" ? full : full - pads[i] - pads[i + rank];
            long begin = wanted is null && !mode.StartsWith("SAME", StringComparison.Ordinal) ? mode == "VALID" ? 0 : pads[i]
                : Begin(node, full - output, mode);
            return Create(node, size, kernel[i], strides[i], dilations[i], begin, output);
        })];
    }

    /// <summary>Half of what is cut off in all; the larger half is cut at the start, but for SAME_UPPER.</summary>
    private static long Begin(OnnxNode node, IntExpr total, string mode)
    {
        long cut = total.IsConstant ? Math.Max(total.Value, 0)
            : throw node.Unsupported($"an output size that leaves a padding of '{total}'");
        return mode == "SAME_UPPER" ? cut / 2 : cut - (cut / 2);
    }

    private static TransposedAxis Create(OnnxNode node, IntExpr size, int kernel, int stride, int dilation, long begin, IntExpr output)
    {
        if (output.IsConstant && output.Value < 1)
        {
            throw node.Invalid($"its pads leave an output of {output}");
        }

        int convDilation = stride == 1 ? dilation : 1, spread = stride == 1 ? 1 : dilation;
        long reach = ((((((long)kernel - 1) * spread) + 1 + stride - 1) / stride) - 1) * convDilation;
        long skipped = Math.Min(begin / stride, reach);
        var end = IntExpr.CeilDiv(output + begin, stride) - size;
        return end.IsConstant
            ? new(kernel, stride, spread, convDilation, checked((int)(reach - skipped)), checked((int)Math.Max(end.Value, 0)),
                begin - (skipped * stride), output)
            : throw node.Unsupported($"an output of '{output}'");
    }

    private static int[] Sizes(OnnxNode node, string name, int count, int absent) =>
        node.Attributes.Sizes(name) is not { } sizes ? [.. Enumerable.Repeat(absent, count)]
        : sizes.Count == count ? [.. sizes]
        : throw node.Invalid($"attribute '{name}' has {Counted.Format(sizes.Count, "entry", "entries")} instead of {count}");
}
