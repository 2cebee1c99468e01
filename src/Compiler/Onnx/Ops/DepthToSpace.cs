using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Channels become blocks of pixels. Opset 1, 11 (mode), 13 (bf16).</summary>
internal static class DepthToSpace
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        long block = node.Attributes.Int("blocksize") ?? throw node.Invalid("attribute 'blocksize' is missing");
        if (x.Rank != 4 || block < 1 || x.Shape[1].DivideExactly(block * block) is not { } channels)
        {
            throw node.Invalid($"blocks of {block} do not fit {x.Type}");
        }

        var (n, h, w) = (x.Shape[0], x.Shape[2], x.Shape[3]);
        bool columnsFirst = node.Attributes.String("mode") == "CRD";
        var split = formula.Reshape(x, columnsFirst ? [n, channels, block, block, h, w] : [n, block, block, channels, h, w]);
        var blocks = formula.Transpose(split, columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
        return [node.Add(new Graphs.Ops.Reshape([n, channels, h * block, w * block]), blocks)];
    }
}
