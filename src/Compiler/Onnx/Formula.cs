using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>Operators that are formulas of other operations: each method adds one operation to the graph, named after itself.</summary>
internal sealed class Formula(OnnxNode node)
{
    public Value Add(Value a, Value b) => Apply(BinaryKind.Add, a, b);

    public Value Sub(Value a, Value b) => Apply(BinaryKind.Sub, a, b);

    public Value Mul(Value a, Value b) => Apply(BinaryKind.Mul, a, b);

    public Value Div(Value a, Value b) => Apply(BinaryKind.Div, a, b);

    public Value Apply(BinaryKind function, Value a, Value b) => Part(new Binary(function), a, b);

    public Value Apply(UnaryKind function, Value x) => Part(new Unary(new UnaryFunction(function)), x);

    public Value Clip(Value x, float lowest, float highest) => Part(new Unary(UnaryFunction.Clip(lowest, highest)), x);

    /// <summary>The axes stay as 1.</summary>
    public Value Reduce(ReduceKind function, Value x, params IEnumerable<int> axes) =>
        Part(new Reduce(function, [.. axes.Order()], KeepDimensions: true), x);

    public Value MatMul(Value a, Value b) => Part(new MatMul(), a, b);

    public Value Softmax(Value x, int axis) => Part(new Softmax(axis, Logarithm: false), x);

    /// <summary>
    /// (x − mean) / √(variance + epsilon) over the dimensions from <paramref name="axis"/> on; without centering x / √(mean square +
    /// epsilon).
    /// </summary>
    public Value Normalize(Value x, int axis, float epsilon, bool centered)
    {
        if (x.Shape.Skip(axis).All(d => d.IsConstant))
        {
            return Part(new Normalize(axis, epsilon, centered), x);
        }

        var (difference, factor, _) = Statistics(x, Enumerable.Range(axis, x.Rank - axis), epsilon, centered);
        return Mul(difference, factor);
    }

    /// <summary>
    /// x − mean, 1 / √(mean square of that + epsilon), and the mean (x itself and null when not centered), over axes that stay as 1.
    /// </summary>
    public (Value Difference, Value Factor, Value? Mean) Statistics(Value x, IEnumerable<int> axes, float epsilon, bool centered)
    {
        int[] over = [.. axes];
        var mean = centered ? Reduce(ReduceKind.Mean, x, over) : null;
        var difference = mean is null ? x : Sub(x, mean);
        var variance = Reduce(ReduceKind.Mean, Mul(difference, difference), over);
        return (difference, Apply(UnaryKind.Reciprocal, Apply(UnaryKind.Sqrt, Add(variance, Number(epsilon)))), mean);
    }

    /// <summary>Input <paramref name="index"/> in single precision; null when it is absent.</summary>
    public Value? Single(int index) =>
        node.InputOrNull(index) is { } x ? Cast(node.Require(x, ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16),
        ElementType.F32) : null;

    public Value RequiredSingle(int index) => Single(index) ?? throw node.Invalid($"input {index} is missing");

    /// <summary>Matrix of one number for each position along <paramref name="axis"/>, the others being 1.</summary>
    public Value Along(Value vector, int axis, int rank) =>
        Reshape(vector, Enumerable.Range(0, rank).Select(d => d == axis ? vector.Shape[0] : IntExpr.One));

    public Value Compare(CompareKind function, Value a, Value b) => Part(new Compare(function), a, b);

    public Value Not(Value x) => Compare(CompareKind.Equal, x, Zero(ElementType.Bool));

    public Value Where(Value condition, Value a, Value b) => Part(new Where(), condition, a, b);

    public Value Cast(Value x, ElementType type) => Cast(x, new Cast(type));

    /// <summary>Floats of 8 bits and fewer by way of single precision, integers of fewer bits are the lowest bits of a wider one.</summary>
    public Value Cast(Value x, Cast to)
    {
        var (from, single) = (x.Type.Element, ElementType.F32);
        return from == to.To ? x
            : (from.IsFloatCode() || to.To.IsFloatCode()) && from != single && to.To != single ? Part(to, Cast(x, single))
            : to.To.Carrier() is { } carrier && from != carrier ? Part(to, Cast(from.IsFloat() ? Cast(x, ElementType.I32) : x, carrier))
            : Part(to, x);
    }

    public Value Reshape(Value x, params IEnumerable<IntExpr> shape) => Part(new Reshape([.. shape]), x);

    /// <summary>x, of which one axis has to be as long as is said.</summary>
    public Value Sized(Value x, int axis, IntExpr size) =>
        x.Shape[axis] == size ? x : Reshape(x, x.Shape.Select((d, i) => i == axis ? size : d));

    public Value Transpose(Value x, params IEnumerable<int> permutation) => Part(new Transpose([.. permutation]), x);

    public Value Expand(Value x, IEnumerable<IntExpr> shape) => Part(new Expand([.. shape]), x);

    public Value Concat(int axis, params IEnumerable<Value> values) => Part(new Concat(axis), [.. values]);

    public Value Gather(Value x, Value indices, int axis) => Part(new Gather(axis), x, indices);

    /// <summary>Positions start…start + size along one axis.</summary>
    public Value Slice(Value x, int axis, IntExpr start, IntExpr size) =>
        Part(new Slice([.. x.Shape.Select((_, d) => d == axis ? start : 0)], [.. x.Shape.Select(_ => 1)],
            [.. x.Shape.Select((s, d) => d == axis ? size : s)]), x);

    /// <summary>Every <paramref name="step"/>th position from 0 along one axis, <paramref name="size"/> of them.</summary>
    public Value Pick(Value x, int axis, int step, IntExpr size) =>
        Part(new Slice([.. x.Shape.Select(_ => IntExpr.Zero)], [.. x.Shape.Select((_, d) => d == axis ? step : 1)],
            [.. x.Shape.Select((s, d) => d == axis ? size : s)]), x);

    /// <summary>The opposite order along the given axes, whose sizes are constants.</summary>
    public Value Reverse(Value x, params IReadOnlyCollection<int> axes) =>
        Part(new Slice([.. x.Shape.Select((s, d) => axes.Contains(d) ? s - 1 : 0)],
            [.. x.Shape.Select((_, d) => axes.Contains(d) ? -1 : 1)], x.Shape), x);

    /// <summary>Zeros before and after one axis; negative numbers cut.</summary>
    public Value Pad(Value x, int axis, int before, int after) => before == 0 && after == 0 ? x
        : Part(new Pad(PadMode.Constant, [.. x.Shape.Select((_, d) => d == axis ? before : 0)],
            [.. x.Shape.Select((_, d) => d == axis ? after : 0)]), x);

    /// <summary>start, start + 1, … along <paramref name="axis"/> of <paramref name="rank"/> dimensions, the others being 1.</summary>
    public Value Positions(IntExpr length, int axis, int rank, IntExpr? start = null) =>
        Reshape(Part(new Iota(start ?? 0, 1, length)), Enumerable.Range(0, rank).Select(d => d == axis ? length : IntExpr.One));

    public Value Number(float value) => node.Constant("number", Tensor.Create([value]));

    /// <summary>A scalar of any type.</summary>
    public Value Number(double value, ElementType type)
    {
        var (number, result) = (Tensor.Create<double>(ElementType.F64, [value]), Tensor.Zeros(type));
        return ElementConversion.TryConvert(number, result, 0) ? node.Constant("number", result)
            : throw node.NotSupported($"element type {type}");
    }

    public Value Zero(ElementType type) => node.Constant("zero", Tensor.Zeros(type));

    /// <summary>Indices from 0: negative ones count from the end of an axis.</summary>
    public Value Counted(Value indices, IntExpr size)
    {
        var wide = Cast(indices, ElementType.I64);
        var length = GraphBuilder.Integers("size", [size], scalar: true);
        return Where(Compare(CompareKind.Less, wide, Zero(ElementType.I64)), Add(wide, length), wide);
    }

    /// <summary>The value under the name of output <paramref name="output"/> of the node.</summary>
    public Value Result(Value value, int output = 0) => node.Add(output, new Reshape(value.Shape), value);

    private Value Part(Op op, params IReadOnlyList<Value?> inputs) => node.AddPart(op.Kind, op, inputs);
}
