using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Product of 8-bit codes less their zero points, as 32-bit integers; a zero point for each row of a and each column of b. Opset 10.
/// </summary>
internal static class MatMulInteger
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var a = Quantization.Centered(node, f, node.Input(0), QLinearMatMul.OfRows(f, node.InputOrNull(2)));
        return [f.Result(IntegerProducts.MatMul(node, f, a, Quantization.Centered(node, f, node.Input(1), node.InputOrNull(3))))];
    }
}
