using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx;

/// <summary>Operators of any number of inputs, joined from the left.</summary>
internal static class Variadic
{
    public static IReadOnlyList<Value> Import(OnnxNode node, BinaryKind function)
    {
        var formula = new Formula(node);
        return [formula.Result(Join(node, formula, function))];
    }

    public static Value Join(OnnxNode node, Formula formula, BinaryKind function) =>
        Enumerable.Range(0, node.InputCount).Select(i => Elementwise.RequireNumber(node, node.Input(i)))
            .Aggregate((a, b) => formula.Apply(function, a, b));
}
