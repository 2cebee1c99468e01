using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Convolution of x [N, C, D1…] with w [O, C/group, K1…] and an optional bias [O]. Opset 1, 11 (defaults stated), 22 (bf16).</summary>
internal static class Conv
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, w) = (node.Input(0, ElementType.F32), node.Input(1, ElementType.F32));
        var bias = node.InputOrNull(2) is null ? null : node.Input(2, ElementType.F32);
        if (x.Rank < 3 || w.Rank != x.Rank)
        {
            throw node.Invalid($"weights {w.Type} do not fit {x.Type}");
        }

        if (!w.Type.IsStatic)
        {
            throw node.Unsupported($"weights {w.Type} of a symbolic size");
        }

        int[] kernel = [.. w.Shape.Skip(2).Select(d => checked((int)d.Value))];
        if (node.Attributes.Sizes("kernel_shape") is { } stated && !stated.SequenceEqual(kernel))
        {
            throw node.Invalid($"kernel_shape [{string.Join(", ", stated)}] contradicts weights {w.Type}");
        }

        long groups = node.Attributes.Int("group") ?? 1;
        if (groups is < 1 or > int.MaxValue)
        {
            throw node.Invalid($"group {groups} is out of range");
        }

        var window = WindowAttributes.Read(node, x, kernel);
        return [node.Add(new Graphs.Ops.Conv(window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations, (int)groups), bias is null ? [x, w] : [x, w, bias])];
    }
}
