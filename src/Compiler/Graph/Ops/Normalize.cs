using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y = (x − m) / √(v + epsilon) · scale + bias over all dimensions from <paramref name="Axis"/> on: m is their mean (0 when not centered),
/// v the mean of (x − m)². The dimensions are constant; scale and bias (inputs 1 and 2, both optional) have exactly their shape.
/// </summary>
internal sealed record Normalize(int Axis, float Epsilon, bool Centered) : Op
{
    public override string Kind => Centered ? "LayerNormalization" : "RMSNormalization";

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        var normalized = x.Shape.Skip(Axis).ToArray();
        return Axis < 0 || Axis >= x.Rank || !normalized.All(d => d.IsConstant)
            || inputs.Skip(1).Any(i => i is not null && i.Rank != normalized.Length)
            ? throw new ShapeException(
                $"normalization from dimension {Axis} on does not fit {string.Join(", ", inputs.Select(i => i?.ToString() ?? "nothing"))}")
            : [x];
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        inputs.Skip(1).OfType<TensorType>().SelectMany(i => i.Shape.Zip(outputs[0].Shape.Skip(Axis)));
}
