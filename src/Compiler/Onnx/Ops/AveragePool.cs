using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Mean over sliding windows. Opset 7, 10 (ceil_mode), 11, 19 (dilations), 22 (bf16).</summary>
internal static class AveragePool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0, ElementType.F32);
        var window = WindowAttributes.Read(node, x, node.Attributes.Sizes("kernel_shape")
            ?? throw node.Invalid("attribute 'kernel_shape' is missing"));
        return
        [
            node.Add(new Pool(PoolKind.Average, window.Kernel, window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations,
                node.Attributes.Flag("ceil_mode"), node.Attributes.Flag("count_include_pad")), x),
        ];
    }
}
