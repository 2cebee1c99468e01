using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The form that the Reduce operators share.</summary>
internal static class Reduction
{
    /// <param name="axesAreInputSince">The opset in which the axes became an input.</param>
    public static IReadOnlyList<Value> Import(OnnxNode node, ReduceKind function, int axesAreInputSince)
    {
        var x = node.Input(0, ElementType.F32);
        bool keep = node.Attributes.Flag("keepdims", absent: true), none = node.Attributes.Flag("noop_with_empty_axes");
        var axes = node.Opset < axesAreInputSince ? node.Attributes.Ints("axes") : node.ConstantIntegers(1);
        return axes is { Count: > 0 } ? [node.Add(new Reduce(function, [.. node.Axes(axes, x.Rank).Order()], keep), x)]
            : none ? [x]
            : [node.Add(new Reduce(function, [.. Enumerable.Range(0, x.Rank)], keep), x)];
    }
}
