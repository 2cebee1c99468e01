using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = aᵇ in the type of a. Opset 7 (broadcasting), 12 (exponents of another type), 13, 15 (bf16).</summary>
internal static class Pow
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var @base = node.Require(node.Input(0), ElementType.F32, ElementType.F64);
        var exponent = Elementwise.RequireNumber(node, node.Input(1));
        if (exponent.Type.Element != @base.Type.Element)
        {
            exponent = node.AddPart("exponent", new Graphs.Ops.Cast(@base.Type.Element), exponent);
        }

        return [node.Add(new Binary(BinaryKind.Pow), @base, exponent)];
    }
}
