using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Maximum over sliding windows and, where it is read, its position. Opset 1, 8 (Indices, storage_order), 10 (ceil_mode, dilations), 11, 12
/// (8-bit), 22 (bf16). Types other than fp32 are picked by position.
/// </summary>
internal static class MaxPool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Require(node.Input(0), ElementType.F32, ElementType.F64, ElementType.F16, ElementType.I8, ElementType.U8);
        bool columnMajor = node.Attributes.Flag("storage_order");
        var window = WindowAttributes.Read(node, x, node.Attributes.Sizes("kernel_shape")
            ?? throw node.Invalid("attribute 'kernel_shape' is missing"));
        var pool = new Pool(PoolKind.Max, window.Kernel, window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations,
            node.Attributes.Flag("ceil_mode"), CountPadding: false);
        var largest = x.Type.Element == ElementType.F32 ? node.Add(pool, x) : Picked(node, pool, x);
        return node.IsOutputUsed(1) ? [largest, node.Add(1, new PoolIndices(pool, columnMajor), x)] : [largest];
    }

    private static Value Picked(OnnxNode node, Pool pool, Value x)
    {
        var formula = new Formula(node);
        var positions = node.AddPart("positions", new PoolIndices(pool, ColumnMajor: false), x);
        var picked = formula.Gather(formula.Reshape(x, x.Type.Length), formula.Reshape(positions, positions.Type.Length), 0);
        return formula.Result(formula.Reshape(picked, positions.Shape));
    }
}
