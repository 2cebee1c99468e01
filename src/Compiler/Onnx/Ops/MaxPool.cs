using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Maximum over sliding windows, without the output Indices. Opset 1, 8 (storage_order, of the indices), 10 (ceil_mode, dilations), 11, 12 (8-bit), 22 (bf16).</summary>
internal static class MaxPool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0, ElementType.F32);
        node.Attributes.Ignore("storage_order");
        var window = WindowAttributes.Read(node, x, node.Attributes.Sizes("kernel_shape") ?? throw node.Invalid("attribute 'kernel_shape' is missing"));
        return
        [
            node.Add(new Pool(PoolKind.Max, window.Kernel, window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations,
                node.Attributes.Flag("ceil_mode"), CountPadding: false), x),
        ];
    }
}
