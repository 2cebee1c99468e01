using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The opposite of every bit. Opset 18.</summary>
internal static class BitwiseNot
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireInteger(node, node.Input(0));
        var ones = Tensor.Zeros(x.Type.Element);
        ones.Writable<byte>().Fill(0xFF);
        return [node.Add(new Binary(BinaryKind.BitXor), x, node.Constant("ones", ones))];
    }
}
