using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>The products that the runtime has kernels of several precisions for.</summary>
internal enum ProductFamily
{
    /// <summary>Rows times a constant matrix.</summary>
    Gemm,

    /// <summary>Convolution in one group.</summary>
    Conv,

    /// <summary>Convolution with one filter for each channel.</summary>
    Depthwise,

    /// <summary>Convolution in several groups of several channels.</summary>
    GroupedConv,

    /// <summary>States times recurrent weights, in each step.</summary>
    Recurrence,

    /// <summary>Two values of the run.</summary>
    Activations,
}

internal static class ProductFamilies
{
    /// <summary>Taps of a filter up to which sums of bytes are exact in the floats that they are added up in.</summary>
    private const long MostDepthwiseTaps = 512;

    /// <summary>Null for nodes that run in fp32 alone.</summary>
    public static ProductFamily? FromNode(Node node) =>
        node.MultipliesActivations() ? ProductFamily.Activations
        : !node.IsQuantizable() ? null
        : node.Op switch
        {
            Conv when !node.HasPackedKernel() => null,
            Conv when node.IsDepthwise() => IntExpr.Product(node.Input(1).Shape.Skip(2)).Value <= MostDepthwiseTaps
                ? ProductFamily.Depthwise : null,
            Conv { Groups: > 1 } => ProductFamily.GroupedConv,
            Conv => ProductFamily.Conv,
            Recurrence => ProductFamily.Recurrence,
            MatMul => ProductFamily.Gemm,
            _ => throw new InvalidOperationException($"no family of products for {node.Op.Kind}"),
        };
}
