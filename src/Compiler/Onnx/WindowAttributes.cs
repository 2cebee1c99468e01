using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The attributes of sliding windows, one entry per spatial dimension, with <c>auto_pad</c> resolved to numbers.</summary>
internal sealed record WindowAttributes(
    IReadOnlyList<int> Kernel, IReadOnlyList<int> Strides, IReadOnlyList<int> Dilations, IReadOnlyList<int> PadsBegin,
        IReadOnlyList<int> PadsEnd)
{
    /// <param name="x">[N, C, D1…].</param>
    /// <param name="kernel">Window size per spatial dimension.</param>
    public static WindowAttributes Read(OnnxNode node, Value x, IReadOnlyList<int> kernel)
    {
        int rank = x.Rank - 2;
        if (rank < 1 || kernel.Count != rank)
        {
            throw node.Invalid($"a window of {Counted.Format(kernel.Count, "dimension")} does not fit {x.Type}");
        }

        var strides = Sizes("strides", rank, 1);
        var dilations = Sizes("dilations", rank, 1);
        var pads = Sizes("pads", 2 * rank, 0);
        if (kernel.Concat(strides).Concat(dilations).Any(s => s < 1) || pads.Any(p => p < 0))
        {
            throw node.Invalid("kernel, strides and dilations have to be at least 1, pads at least 0");
        }

        string mode = node.Attributes.String("auto_pad") ?? "NOTSET";
        if (mode is "NOTSET" or "" or "VALID")
        {
            return mode == "VALID" ? new(kernel, strides, dilations, new int[rank], new int[rank])
                : new(kernel, strides, dilations, pads[..rank], pads[rank..]);
        }

        if (mode is not ("SAME_UPPER" or "SAME_LOWER"))
        {
            throw node.Invalid($"auto_pad '{PrintableName.Format(mode)}' is unknown");
        }

        int[] totals = [.. Enumerable.Range(0, rank).Select(i =>
            SamePadding(node, x.Shape[i + 2], ((long)dilations[i] * (kernel[i] - 1)) + 1, strides[i]))];
        int[] small = [.. totals.Select(t => t / 2)], large = [.. totals.Select(t => t - (t / 2))];
        return mode == "SAME_UPPER" ? new(kernel, strides, dilations, small, large) : new(kernel, strides, dilations, large, small);

        int[] Sizes(string name, int count, int absent) =>
            node.Attributes.Sizes(name) is not { } sizes ? [.. Enumerable.Repeat(absent, count)]
            : sizes.Count == count ? [.. sizes]
            : throw node.Invalid($"attribute '{name}' has {Counted.Format(sizes.Count, "entry", "entries")} instead of {count}");
    }

    /// <summary>Padding in all so that the output has ⌈size / stride⌉ positions.</summary>
    private static int SamePadding(OnnxNode node, IntExpr size, long extent, int stride) =>
        stride == 1 ? checked((int)(extent - 1))
        : size.IsConstant ? checked((int)Math.Max(((((size.Value + stride - 1) / stride) - 1) * stride) + extent - size.Value, 0))
        : throw node.Unsupported($"auto_pad with stride {stride} needs a known size, not '{size}'");
}
