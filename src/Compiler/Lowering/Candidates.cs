using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Ops;
using MixPrec.Compiler.Lowering.Packing;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using MatMulKernel = MixPrec.Runtime.Kernels.MatMul;

namespace MixPrec.Compiler.Lowering;

/// <summary>Which precisions there are kernels for, and whose sums are proven exact.</summary>
internal static class Candidates
{
    /// <summary>The candidates of a quantizable op, fp32 first.</summary>
    public static IReadOnlyList<PrecisionConfig> Of(Node node)
    {
        if (node.MultipliesActivations())
        {
            // A depth that only a run knows is compared with the bound by the kernel.
            return node.Input(0).Shape[^1] is { IsConstant: true } depth && depth.Value > MatMulKernel.MaxByteDepth ? [PrecisionConfig.F32] : [PrecisionConfig.F32, PrecisionConfig.I8, PrecisionConfig.I8A7];
        }

        if (!node.IsQuantizable() || (node.Op is Conv && !ConvLowering.HasPackedKernel(node)))
        {
            return [PrecisionConfig.F32];
        }

        if (node.Op is Conv { Groups: > 1 })
        {
            return ConvLowering.IsDepthwise(node) ? [PrecisionConfig.F32] : [PrecisionConfig.F32, PrecisionConfig.BF16];
        }

        if (node.Op is Recurrence recurrence)
        {
            var gates = new QuantizedWeights(RecurrenceLowering.Weights(node, recurrence));
            return [PrecisionConfig.F32, PrecisionConfig.BF16, .. new[] { PrecisionConfig.I8, PrecisionConfig.I8A7 }.Where(p => gates.IsExact(p.LhsMaximum))];
        }

        var weights = new QuantizedWeights(node.Op is Conv ? ConvLowering.Weights(node, 0) : MatMulLowering.Weights(node, row => row));
        return [.. PrecisionConfig.All.Where(p => !p.QuantizesLhs
            || (weights.IsExact(p.LhsMaximum) && (p.Accumulator != ElementType.I16 || IsWorthwhile(weights, p)) && (p.Second is null || IsWorthwhile(node, p.Second))))];
    }

    /// <summary>
    /// A second pass saves the reading of weights, which several rows would share anyway: one row, or one for each sample. Without a tolerance it spares
    /// components only behind an activation that is constant somewhere.
    /// </summary>
    private static bool IsWorthwhile(Node node, SecondPass second)
    {
        var rows = IntExpr.Product(node.Input(0).Shape.SkipLast(1));
        bool isOne = rows == IntExpr.One || (rows.Symbols.ToArray() is [var samples] && rows == IntExpr.Symbol(samples));
        return node.Op is MatMul product && isOne && (second.Tolerance > 0 || ActivationCondition.IsConstantSomewhere(product.Activation));
    }

    /// <summary>The candidate that an already quantized model decides on, where there is a kernel for it; null elsewhere.</summary>
    public static PrecisionConfig? OfModel(Node node) => ModelQuantization.Of(node) is { } own && Of(node).Contains(own) ? own : null;

    /// <summary>Pair sums of 7 bits are used without a proof, so that 16-bit blocks differ from int32 only if they hold more than one.</summary>
    private static bool IsWorthwhile(QuantizedWeights weights, PrecisionConfig precision) =>
        weights.Proof(precision.LhsMaximum) is { } proof && (proof.Block > 1 || precision.LhsMaximum > PrecisionConfig.I8A7.LhsMaximum);
}
