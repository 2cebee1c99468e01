using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Long short-term memory with peepholes and coupled gates. Opset 7, 14 (layout), 22.</summary>
internal static class LSTM
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var layer = new RecurrentLayer(node, "Sigmoid", "Tanh", "Tanh");
        bool coupled = node.Attributes.Flag("input_forget");
        return layer.Import(i =>
            new(i, RecurrentCell.Lstm, coupled, layer.Biases(i) is var (input, state) ? layer.Formula.Add(input, state) : null, null),
            cellState: true);
    }
}
