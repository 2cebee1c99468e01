using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Windows that are sums of cosines, of a known size: Σ factors[j] · cos(2πj · i / N) with N the size, or the size less 1 when the window
/// is symmetric.
/// </summary>
internal static class CosineWindow
{
    public static IReadOnlyList<Value> Import(OnnxNode node, params double[] factors)
    {
        long size = node.ConstantInteger(0) ?? throw node.Invalid("the size is missing");
        long code = node.Attributes.Int("output_datatype") ?? 1;
        var type = code is >= 0 and <= int.MaxValue ? OnnxElementType.FromCode((int)code) : null;
        double period = node.Attributes.Flag("periodic", absent: true) ? size : Math.Max(1, size - 1);
        if (size < 0 || type is null)
        {
            throw node.NotSupported($"a window of {Counted.Format(size, "element")} of type {code}");
        }

        node.RequireFoldable(size, ElementType.F64);

        double[] elements = new double[size];
        for (int i = 0; i < elements.Length; i++)
        {
            for (int j = 0; j < factors.Length; j++)
            {
                elements[i] += factors[j] * Math.Cos(2 * Math.PI * j * i / period);
            }
        }

        return new Graphs.Ops.Cast(type.Value).Evaluate([Tensor.Create<double>(ElementType.F64, elements, size)]) is [var window]
            ? [GraphBuilder.Constant(node.OutputName(0), window)] : throw node.NotSupported($"element type {type}");
    }
}
