using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y[i…] = x[i… with the index at i… (input 1, I64 or I32, negative counts from the end) in the place of <paramref name="Axis"/>].
/// </summary>
internal sealed record GatherElements(int Axis) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => inputs[1]!.Constant is null;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        RequireFit(inputs[0]!, inputs[1]!, Axis);
        return [inputs[0]!.WithShape(inputs[1]!.Shape)];
    }

    /// <exception cref="ShapeException">Ranks differ, or the indices reach beyond x along another axis.</exception>
    internal static void RequireFit(TensorType x, TensorType indices, int axis)
    {
        bool fits = axis >= 0 && axis < x.Rank && indices.Rank == x.Rank && indices.Element is ElementType.I64 or ElementType.I32
            && Enumerable.Range(0, x.Rank).All(d => d == axis || (indices.Shape[d] - x.Shape[d]) is not { IsConstant: true, Value: > 0 });
        if (!fits)
        {
            throw new ShapeException($"indices {indices} along axis {axis} do not fit {x}");
        }
    }
}
