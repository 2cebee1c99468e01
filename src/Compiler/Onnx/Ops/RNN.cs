using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The simple recurrent layer. Opset 7, 14 (layout), 22.</summary>
internal static class RNN
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var layer = new RecurrentLayer(node, "Tanh");
        return layer.Import(i =>
            new(i, RecurrentCell.Rnn, false, layer.Biases(i) is var (input, state) ? layer.Formula.Add(input, state) : null, null),
            cellState: false);
    }
}
