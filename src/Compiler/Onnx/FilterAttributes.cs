using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx;

/// <summary>What Conv and ConvTranspose share: the size of the filter and the number of groups.</summary>
internal static class FilterAttributes
{
    /// <summary>The size of the filter w [·, ·, K1…] for x [N, C, D1…], which <c>kernel_shape</c> may repeat.</summary>
    public static int[] Kernel(OnnxNode node, Value x, Value w)
    {
        if (x.Rank < 3 || w.Rank != x.Rank)
        {
            throw node.Invalid($"weights {w.Type} do not fit {x.Type}");
        }

        if (!w.Type.IsStatic)
        {
            throw node.Unsupported($"weights {w.Type} of a symbolic size");
        }

        int[] kernel = [.. w.Shape.Skip(2).Select(d => checked((int)d.Value))];
        return node.Attributes.Sizes("kernel_shape") is { } stated && !stated.SequenceEqual(kernel)
            ? throw node.Invalid($"kernel_shape [{string.Join(", ", stated)}] contradicts weights {w.Type}")
            : kernel;
    }

    public static int Groups(OnnxNode node)
    {
        long groups = node.Attributes.Int("group") ?? 1;
        return groups is >= 1 and <= int.MaxValue ? (int)groups : throw node.Invalid($"group {groups} is out of range");
    }
}
