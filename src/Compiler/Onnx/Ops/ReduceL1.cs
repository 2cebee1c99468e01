using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Σ |x| over axes. Opset 1, 11, 13, 18.</summary>
internal static class ReduceL1
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Reduction.Import(node, ReduceKind.Sum, Size, (_, y) => y);

    private static Value Size(Formula f, Value x) => x.Type.Element switch
    {
        ElementType.U32 or ElementType.U64 => x,
        ElementType.I32 or ElementType.I64 => f.Apply(BinaryKind.Max, x, f.Sub(f.Zero(x.Type.Element), x)),
        _ => f.Apply(UnaryKind.Abs, x),
    };
}
