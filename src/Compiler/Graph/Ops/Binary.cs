using System.Numerics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Elementwise functions of two arguments.</summary>
internal enum BinaryKind
{
    Add, Sub, Mul, Div, Pow,

    /// <summary>x ≥ 0 ? x : slope·x with x the first and slope the second argument.</summary>
    PRelu,
    Max, Min,

    /// <summary>The rest of a division with the sign of the divisor, and with the sign of the dividend.</summary>
    Mod, Remainder,

    /// <summary>Integers only.</summary>
    BitAnd, BitOr, BitXor, ShiftLeft, ShiftRight,
}

/// <summary>y = f(a, b), elementwise with broadcasting; both operands and the result have one element type.</summary>
internal sealed record Binary(BinaryKind Function) : Op
{
    public override string Kind => Function.ToString();

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        inputs[0]!.Element != inputs[1]!.Element
            ? throw new ShapeException($"operands have element types {inputs[0]!.Element} and {inputs[1]!.Element}")
            : [new TensorType(inputs[0]!.Element, Broadcasting.Shape(inputs[0]!.Shape, inputs[1]!.Shape))];

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => Broadcasting.Equal(outputs[0], inputs);

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Function > BinaryKind.Remainder ? null : inputs[0]!.Type switch
    {
        ElementType.F32 => [Evaluate<float>(inputs[0]!, inputs[1]!)],
        ElementType.F64 => [Evaluate<double>(inputs[0]!, inputs[1]!)],
        ElementType.I32 => [Evaluate<int>(inputs[0]!, inputs[1]!)],
        ElementType.I64 => [Evaluate<long>(inputs[0]!, inputs[1]!)],
        _ => null,
    };

    /// <summary>Integers are not divided by zero.</summary>
    public override bool MayFail(IReadOnlyList<Value?> inputs) =>
        Function is BinaryKind.Div or BinaryKind.Mod or BinaryKind.Remainder && !inputs[0]!.Type.Element.IsFloat();

    private Tensor Evaluate<T>(Tensor left, Tensor right) where T : unmanaged, INumber<T>
    {
        var shape = Broadcasting.Shape([.. left.Shape.Select(IntExpr.Constant)], [.. right.Shape.Select(IntExpr.Constant)])
            .Select(d => d.Value).ToArray();
        var result = Tensor.Zeros(left.Type, shape);
        Broadcasting.Visit(shape, left.Shape, right.Shape, (i, l, r) =>
            result.Writable<T>()[(int)i] = Apply(left.Span<T>()[(int)l], right.Span<T>()[(int)r]));
        return result;
    }

    private T Apply<T>(T a, T b) where T : INumber<T> => Function switch
    {
        BinaryKind.Add => a + b,
        BinaryKind.Sub => a - b,
        BinaryKind.Mul => a * b,
        BinaryKind.Div => a / Divisor(b),
        BinaryKind.Pow => T.CreateTruncating(Math.Pow(double.CreateTruncating(a), double.CreateTruncating(b))),
        BinaryKind.PRelu => T.IsNegative(a) ? a * b : a,
        BinaryKind.Max => T.Max(a, b),
        BinaryKind.Min => T.Min(a, b),
        BinaryKind.Mod => a % Divisor(b) is var rest && !T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest,
        _ => a % Divisor(b),
    };

    private static T Divisor<T>(T b) where T : INumber<T> =>
        T.IsZero(b) && typeof(T) != typeof(float) && typeof(T) != typeof(double)
            ? throw new ShapeException("division of a constant by zero") : b;

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs)
    {
        var (left, right) = (inputs[0].Integers!, inputs[1].Integers!);
        int count = left.Count == 1 ? right.Count : left.Count;
        IntExpr[] elements = [.. Enumerable.Range(0, count).Select(i =>
            Apply(left[left.Count == 1 ? 0 : i], right[right.Count == 1 ? 0 : i])).OfType<IntExpr>()];
        return elements.Length == count ? elements : null;
    }

    /// <summary>Integer division truncates; that is the floor only where neither operand is negative.</summary>
    private IntExpr? Apply(IntExpr a, IntExpr b) => Function switch
    {
        BinaryKind.Add => a + b,
        BinaryKind.Sub => a - b,
        BinaryKind.Mul => a * b,
        BinaryKind.Div => a.IsNonNegative && b.IsNonNegative && b != IntExpr.Zero ? IntExpr.FloorDiv(a, b) : null,
        BinaryKind.Max => IntExpr.Max(a, b),
        BinaryKind.Min => IntExpr.Min(a, b),
        BinaryKind.Mod or BinaryKind.Remainder => a.IsNonNegative && b.IsNonNegative
            && b != IntExpr.Zero ? a - (b * IntExpr.FloorDiv(a, b)) : null,
        _ => null,
    };
}
