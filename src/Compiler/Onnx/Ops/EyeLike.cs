using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Ones on a diagonal of a matrix of the input's shape. Opset 9, 22 (bf16).</summary>
internal static class EyeLike
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        if (x.Rank != 2)
        {
            throw node.Invalid($"{x.Type} is no matrix");
        }

        var type = node.Attributes.Int("dtype") is not { } code ? x.Type.Element
            : OnnxElementType.FromCode(code) ?? throw node.NotSupported($"element type {OnnxElementType.NameOf(code)}");
        var ones = formula.Compare(CompareKind.Equal, formula.Positions(x.Shape[0], 0, 2, node.Attributes.Int("k") ?? 0),
            formula.Positions(x.Shape[1], 1, 2));
        return [formula.Result(formula.Cast(ones, type))];
    }
}
