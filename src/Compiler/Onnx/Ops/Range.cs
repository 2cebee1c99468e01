using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>start, start + delta, … below the limit; integers may depend on dimensions, floats are constants. Opset 11.</summary>
internal static class Range
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, type) = (new Formula(node), node.Input(0).Type.Element);
        if (type is not (ElementType.I64 or ElementType.I32))
        {
            return [Constants(node, type)];
        }

        var (start, limit) = (node.Integers(0)![0], node.Integers(1)![0]);
        long delta = node.ConstantIntegers(2)![0];
        if (delta is 0 or < -int.MaxValue or > int.MaxValue)
        {
            throw node.Invalid($"a step of {delta}");
        }

        var length = IntExpr.Max(delta > 0 ? IntExpr.CeilDiv(limit - start, delta) : IntExpr.CeilDiv(start - limit, -delta), 0);
        var range = node.AddPart("range", new Iota(start, (int)delta, length));
        return [formula.Result(formula.Cast(range, type))];
    }

    private static Value Constants(OnnxNode node, ElementType type)
    {
        var (start, limit, delta) = (node.ConstantNumber(0)!.Value, node.ConstantNumber(1)!.Value, node.ConstantNumber(2)!.Value);
        double steps = Math.Max(Math.Ceiling((limit - start) / delta), 0);
        if (!double.IsFinite(steps))
        {
            throw node.Invalid($"from {start} to {limit} in steps of {delta} are no finite number of elements");
        }

        long length = (long)steps;
        node.RequireFoldable(length, ElementType.F64);
        var numbers = Tensor.Create<double>(
            ElementType.F64, [.. Enumerable.Range(0, (int)length).Select(i => start + (i * delta))], length);
        return new Graphs.Ops.Cast(type).Evaluate([numbers]) is [var result] ? GraphBuilder.Constant(node.OutputName(0), result)
            : throw node.NotSupported($"element type {type}");
    }
}
