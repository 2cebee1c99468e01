using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// x / √(mean square + epsilon) · scale over the dimensions from an axis on; 16-bit floats are computed in single precision. Opset 23.
/// </summary>
internal static class RMSNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        if (node.Attributes.Int("stash_type") is not (null or 1))
        {
            throw node.NotSupported("statistics in another type than fp32");
        }

        var x = f.RequiredSingle(0);
        int axis = node.Axis(node.Attributes.Int("axis") ?? -1, x.Rank);
        var y = f.Cast(f.Normalize(x, axis, node.Attributes.Float("epsilon") ?? 1e-5f, centered: false), node.Input(0).Type.Element);
        // The result has the type of the scale.
        var type = node.Input(1).Type.Element;
        return [f.Result(f.Cast(f.Mul(f.Cast(f.Cast(y, type), ElementType.F32), f.RequiredSingle(1)), type))];
    }
}
