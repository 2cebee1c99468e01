using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Gated recurrent unit. Opset 7, 14 (layout), 22.</summary>
internal static class GRU
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var layer = new RecurrentLayer(node, "Sigmoid", "Tanh");
        bool linear = node.Attributes.Flag("linear_before_reset");
        return layer.Import(i => Direction(node, layer, i, linear), cellState: false);
    }

    /// <summary>The state's bias is added to the input's, but for the part that a reset comes after.</summary>
    private static RecurrentLayer.Direction Direction(OnnxNode node, RecurrentLayer layer, int index, bool linear)
    {
        var cell = linear ? RecurrentCell.GruLinear : RecurrentCell.Gru;
        if (layer.Biases(index) is not var (input, state))
        {
            return new(index, cell, false, null, null);
        }

        var formula = layer.Formula;
        if (!linear)
        {
            return new(index, cell, false, formula.Add(input, state), null);
        }

        var hidden = state.Shape[0].DivideExactly(3) ?? throw node.Invalid($"a bias {state.Type} has no three gates");
        var gates = formula.Add(formula.Slice(input, 0, 0, hidden * 2), formula.Slice(state, 0, 0, hidden * 2));
        return new(index, cell, false, formula.Concat(0, gates, formula.Slice(input, 0, hidden * 2, hidden)),
            formula.Slice(state, 0, hidden * 2, hidden));
    }
}
