using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Writes maxima back to where MaxPool found them (flat positions in the tensor before pooling), zero elsewhere. Opset 9, 11 (strides
/// default to 1), 22 (bf16).
/// </summary>
internal static class MaxUnpool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x, indices) = (new Formula(node), node.Input(0), node.Input(1, ElementType.I64));
        var attributes = node.Attributes;
        var kernel = attributes.Sizes("kernel_shape") ?? throw node.Invalid("attribute 'kernel_shape' is missing");
        int rank = kernel.Count;
        var strides = attributes.Sizes("strides") ?? [.. Enumerable.Repeat(1, rank)];
        var pads = attributes.Sizes("pads") ?? new int[2 * rank];
        if (x.Rank != rank + 2 || strides.Count != rank || pads.Count != 2 * rank || kernel.Concat(strides).Any(s => s < 1)
            || pads.Any(p => p < 0))
        {
            throw node.Invalid($"windows of [{string.Join(", ", kernel)}] do not fit {x.Type}");
        }

        IntExpr[] shape = [x.Shape[0], x.Shape[1], .. kernel.Select((k, i) =>
            ((x.Shape[i + 2] - 1) * strides[i]) - pads[i] - pads[i + rank] + k)];
        var nothing = formula.Expand(formula.Zero(x.Type.Element), [IntExpr.Product(shape)]);
        var written = node.AddPart("written", new Graphs.Ops.ScatterElements(0, null), nothing,
            formula.Reshape(indices, indices.Type.Length), formula.Reshape(x, x.Type.Length));
        var y = formula.Reshape(written, shape);
        if (node.Integers(2) is { } wanted)
        {
            for (int d = 0; d < wanted.Count && wanted.Count == shape.Length; d++)
            {
                y = (wanted[d] - shape[d]) is { IsConstant: true, Value: >= 0 and <= int.MaxValue } more
                    ? formula.Pad(y, d, 0, (int)more.Value)
                    : throw node.Unsupported($"a dimension of '{shape[d]}' to '{wanted[d]}'");
            }
        }

        return [formula.Result(y)];
    }
}
