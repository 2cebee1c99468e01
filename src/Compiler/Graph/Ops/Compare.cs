using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

internal enum CompareKind
{
    Equal, Less, LessOrEqual, Greater, GreaterOrEqual, And, Or, Xor,
}

/// <summary>Truth values of two operands of one element type, with broadcasting; And, Or and Xor take truth values.</summary>
internal sealed record Compare(CompareKind Function) : Op
{
    public override string Kind => Function.ToString();

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        inputs[0]!.Element != inputs[1]!.Element
            ? throw new ShapeException($"operands have element types {inputs[0]!.Element} and {inputs[1]!.Element}")
            : [new TensorType(ElementType.Bool, Broadcasting.Shape(inputs[0]!.Shape, inputs[1]!.Shape))];

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => Broadcasting.Equal(outputs[0], inputs);

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        // Every integer fits 64 bits but the upper half of unsigned ones, which no model compares at build time.
        var type = inputs[0]!.Type.IsFloat() ? ElementType.F64 : ElementType.I64;
        if (new Cast(type).Evaluate([inputs[0]])?[0] is not { } a || new Cast(type).Evaluate([inputs[1]])?[0] is not { } b)
        {
            return null;
        }

        long[] shape = [.. Broadcasting.Shape([.. a.Shape.Select(IntExpr.Constant)], [.. b.Shape.Select(IntExpr.Constant)])
            .Select(d => d.Value)];
        var result = Tensor.Zeros(ElementType.Bool, shape);
        Broadcasting.Visit(shape, a.Shape, b.Shape, (i, l, r) => result.Writable<bool>()[(int)i] = type == ElementType.F64
            ? Holds(a.Span<double>()[(int)l], b.Span<double>()[(int)r]) : Holds(a.Span<long>()[(int)l], b.Span<long>()[(int)r]));
        return [result];
    }

    /// <summary>Dimensions are compared with numbers where the order is the same for every size.</summary>
    public override Tensor? Decide(IReadOnlyList<Value> inputs)
    {
        var (left, right) = (inputs[0].Integers!, inputs[1].Integers!);
        int count = Math.Max(left.Count, right.Count);
        var result = Tensor.Zeros(ElementType.Bool, inputs.All(i => i.Rank == 0) ? [] : [count]);
        for (int i = 0; i < count; i++)
        {
            if (Decide(left[left.Count == 1 ? 0 : i] - right[right.Count == 1 ? 0 : i]) is not { } decided)
            {
                return null;
            }

            result.Writable<bool>()[i] = decided;
        }

        return result;
    }

    private bool? Decide(IntExpr difference)
    {
        bool? positive = (difference - 1).IsNonNegative ? true : (difference * -1).IsNonNegative ? false : null;
        bool? negative = ((difference * -1) - 1).IsNonNegative ? true : difference.IsNonNegative ? false : null;
        return Function switch
        {
            CompareKind.Equal => positive == true || negative == true ? false : difference == IntExpr.Zero ? true : null,
            CompareKind.Less => negative,
            CompareKind.Greater => positive,
            CompareKind.LessOrEqual => !positive,
            CompareKind.GreaterOrEqual => !negative,
            _ => null,
        };
    }

    private bool Holds<T>(T a, T b) where T : System.Numerics.INumber<T> => Function switch
    {
        CompareKind.Equal => a == b,
        CompareKind.Less => a < b,
        CompareKind.LessOrEqual => a <= b,
        CompareKind.Greater => a > b,
        CompareKind.GreaterOrEqual => a >= b,
        CompareKind.And => !T.IsZero(a) && !T.IsZero(b),
        CompareKind.Or => !T.IsZero(a) || !T.IsZero(b),
        _ => T.IsZero(a) != T.IsZero(b),
    };
}
