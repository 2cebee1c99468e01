using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>An activation that alone reads a Conv or MatMul with constant weights becomes its epilogue.</summary>
internal static class FuseActivations
{
    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        if (!node.HasConstantWeights() || rewriter.OnlyReader(node) is not { Op: Unary { Function: var function } } activation
            || !IsActivation(function))
        {
            return false;
        }

        Op? fused = node.Op switch
        {
            Conv { Activation: null } conv => conv with { Activation = function },
            MatMul { Activation: null } product => product with { Activation = function },
            _ => null,
        };
        if (fused is null)
        {
            return false;
        }

        rewriter.Fuse(node, activation, fused, node.Inputs);
        return true;
    });

    private static bool IsActivation(UnaryFunction function) =>
        function.Kind is UnaryKind.Relu or UnaryKind.LeakyRelu or UnaryKind.Elu or UnaryKind.Clip
        or UnaryKind.Sigmoid or UnaryKind.Tanh or UnaryKind.HardSigmoid or UnaryKind.HardSwish
        or UnaryKind.Selu or UnaryKind.Celu or UnaryKind.Gelu or UnaryKind.GeluTanh or UnaryKind.Swish or UnaryKind.Mish
            or UnaryKind.Softplus or UnaryKind.Softsign or UnaryKind.ThresholdedRelu;
}
