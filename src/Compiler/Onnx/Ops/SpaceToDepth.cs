using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Blocks of pixels become channels. Opset 1, 13 (bf16).</summary>
internal static class SpaceToDepth
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        long block = node.Attributes.Int("blocksize") ?? throw node.Invalid("attribute 'blocksize' is missing");
        if (x.Rank != 4 || block < 1 || x.Shape[2].DivideExactly(block) is not { } h || x.Shape[3].DivideExactly(block) is not { } w)
        {
            throw node.Invalid($"blocks of {block} do not fit {x.Type}");
        }

        var split = formula.Reshape(x, x.Shape[0], x.Shape[1], h, block, w, block);
        return [node.Add(new Graphs.Ops.Reshape([x.Shape[0], x.Shape[1] * (block * block), h, w]),
            formula.Transpose(split, 0, 3, 5, 1, 2, 4))];
    }
}
