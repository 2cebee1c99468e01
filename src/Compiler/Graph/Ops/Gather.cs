using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Picks slices of x (input 0) along a non-negative axis by the indices (input 1, I64 or I32, negative counts from the end).
/// </summary>
internal sealed record Gather(int Axis) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, indices) = (inputs[0]!, inputs[1]!);
        return Axis < 0 || Axis >= x.Rank || indices.Element is not (ElementType.I64 or ElementType.I32)
            ? throw new ShapeException($"indices {indices} along axis {Axis} do not fit {x}")
            : [x.WithShape([.. x.Shape.Take(Axis), .. indices.Shape, .. x.Shape.Skip(Axis + 1)])];
    }

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var (x, indices) = (inputs[0]!, inputs[1]!.ToInt64());
        var result = Tensor.Zeros(x.Type, [.. x.Shape.Take(Axis), .. inputs[1]!.Shape, .. x.Shape.Skip(Axis + 1)]);
        int run = checked((int)(Tensor.Count(x.Shape.Skip(Axis + 1)) * x.Type.Size()));
        long outer = Tensor.Count(x.Shape.Take(Axis)), axis = x.Shape[Axis];
        int position = 0;
        for (long o = 0; o < outer; o++)
        {
            foreach (long index in indices)
            {
                long at = index < 0 ? index + axis : index;
                if (at < 0 || at >= axis)
                {
                    throw new ShapeException($"index {index} is outside an axis of {axis}");
                }

                x.Bytes.Slice(checked((int)(((o * axis) + at) * run)), run).CopyTo(result.Writable<byte>()[position..]);
                position += run;
            }
        }

        return [result];
    }

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs)
    {
        if (inputs[1].Constant is null || inputs[0].Rank != 1)
        {
            return null;
        }

        var elements = inputs[0].Integers!;
        return [.. inputs[1].Integers!.Select(i => (int)(i.Value < 0 ? i.Value + elements.Count : i.Value))
            .Select(i => i >= 0 && i < elements.Count ? elements[i]
                : throw new ShapeException($"an index is outside an axis of {elements.Count}"))];
    }

    public override bool MayFail(IReadOnlyList<Value?> inputs) => inputs[1]!.Constant is null;
}
