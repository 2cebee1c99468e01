using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Truth values, choices by them, and integers that follow from dimensions.</summary>
internal static class Choices
{
    /// <summary>The output, or null when the node is of another kind.</summary>
    public static TorchTensor? Evaluate(Node node, Func<int, TorchTensor?> input, IReadOnlyDictionary<string, long> symbols) =>
        node.Op switch
    {
        Compare compare => Apply(compare.Function, input(0)!, input(1)!),
        Where => torch.where(input(0)!, input(1)!, input(2)!),
        ArgExtreme extreme => extreme.Last ? -Position(extreme, input(0)!.flip(extreme.Axis)) + (input(0)!.shape[extreme.Axis] - 1)
            : Position(extreme, input(0)!),
        // Stable, so that of equal elements the earlier comes first.
        TopK top => torch.sort(input(0)!, top.Axis, descending: top.Largest, stable: true).indices.slice(top.Axis, 0,
            top.Count.Evaluate(symbols), 1),
        Iota iota => (arange(iota.Length.Evaluate(symbols), dtype: ScalarType.Int64) * iota.Step) + iota.Start.Evaluate(symbols),
        Dimensions dimensions =>
            torch.tensor(dimensions.Elements.Select(e => e.Evaluate(symbols)).ToArray(),
            dtype: dimensions.Element.ToTorch()).reshape(node.Output.Type.ShapeAt(symbols)),
        _ => null,
    };

    private static TorchTensor Position(ArgExtreme extreme, TorchTensor x) =>
        extreme.Largest ? x.argmax(extreme.Axis, keepdim: true) : x.argmin(extreme.Axis, keepdim: true);

    private static TorchTensor Apply(CompareKind kind, TorchTensor a, TorchTensor b) => kind switch
    {
        CompareKind.Equal => a.eq(b),
        CompareKind.Less => a.lt(b),
        CompareKind.LessOrEqual => a.le(b),
        CompareKind.Greater => a.gt(b),
        CompareKind.GreaterOrEqual => a.ge(b),
        CompareKind.And => a.logical_and(b),
        CompareKind.Or => a.logical_or(b),
        _ => a.logical_xor(b),
    };
}
