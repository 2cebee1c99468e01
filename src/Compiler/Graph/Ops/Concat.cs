using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Joins the inputs along a non-negative axis.</summary>
internal sealed record Concat(int Axis) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var first = inputs[0]!;
        foreach (var input in inputs)
        {
            if (Axis < 0 || Axis >= first.Rank || input!.Element != first.Element || input.Rank != first.Rank)
            {
                throw new ShapeException($"{first} and {input} cannot be joined along axis {Axis}");
            }
        }

        return [first.WithShape([.. Enumerable.Range(0, first.Rank).Select(d =>
            d == Axis ? IntExpr.Sum(inputs.Select(t => t!.Shape[d])) : inputs.Select(t => t!.Shape[d]).Aggregate(Broadcasting.Simpler))])];
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        from input in inputs from d in Enumerable.Range(0, input.Rank) where d != Axis select (outputs[0].Shape[d], input.Shape[d]);

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        long[] shape = [.. inputs[0]!.Shape];
        shape[Axis] = inputs.Sum(t => t!.Shape[Axis]);
        var result = Tensor.Zeros(inputs[0]!.Type, shape);
        long outer = Tensor.Count(shape.Take(Axis)), position = 0;
        for (long o = 0; o < outer; o++)
        {
            foreach (var input in inputs)
            {
                long run = input!.Bytes.Length / outer;
                input.Bytes.Slice(checked((int)(o * run)), checked((int)run)).CopyTo(result.Writable<byte>()[checked((int)position)..]);
                position += run;
            }
        }

        return [result];
    }

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => [.. inputs.SelectMany(i => i.Integers!)];
}
