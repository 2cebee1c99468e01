using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Formats;

/// <summary>The products that the runtime has kernels of several precisions for.</summary>
internal enum ProductFamily
{
    /// <summary>Rows times a constant matrix.</summary>
    Gemm,

    /// <summary>Convolution in one group.</summary>
    Conv,

    /// <summary>Convolution in several groups of several channels.</summary>
    GroupedConv,

    /// <summary>States times recurrent weights, in each step.</summary>
    Recurrence,

    /// <summary>Two values of the run.</summary>
    Activations,
}

internal static class ProductFamilies
{
    /// <summary>Null for nodes that run in fp32 alone.</summary>
    public static ProductFamily? FromNode(Node node) =>
        node.MultipliesActivations() ? ProductFamily.Activations
        : !node.IsQuantizable() ? null
        : node.Op switch
        {
            Conv when !node.HasPackedKernel() || node.IsDepthwise() => null,
            Conv { Groups: > 1 } => ProductFamily.GroupedConv,
            Conv => ProductFamily.Conv,
            Recurrence => ProductFamily.Recurrence,
            MatMul => ProductFamily.Gemm,
            _ => throw new InvalidOperationException($"no family of products for {node.Op.Kind}"),
        };
}
