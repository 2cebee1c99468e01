using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>A constant scale, then a constant bias, that alone follow a normalization become its own.</summary>
internal static class FoldIntoNormalization
{
    /// <summary>Each pass folds one step.</summary>
    public static Graph Apply(Graph graph) => GraphRewriter.RunUntilStable(graph, (rewriter, node) =>
    {
        if (node.Op is not Normalize normalize || node.InputOrNull(2) is not null
            || rewriter.OnlyReader(node) is not { Op: Binary { Function: var function } } reader
            || !reader.Output.Type.Equals(node.Output.Type)
                || (function != BinaryKind.Add && (function != BinaryKind.Mul || node.InputOrNull(1) is not null)))
        {
            return false;
        }

        var operand = reader.Input(ReferenceEquals(reader.Input(0), node.Output) ? 1 : 0);
        if (RowConstant.Find(operand, node.Input(0), normalize.Axis) is not { } row)
        {
            return false;
        }

        rewriter.Fuse(node, reader, normalize, node.Input(0), function == BinaryKind.Mul ? row : node.InputOrNull(1),
            function == BinaryKind.Add ? row : null);
        return true;
    });
}
