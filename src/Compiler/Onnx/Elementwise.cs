using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The forms that elementwise operators share.</summary>
internal static class Elementwise
{
    /// <summary>y = f(x) in fp32, and in fp64 where there is a function for it.</summary>
    public static IReadOnlyList<Value> Unary(OnnxNode node, UnaryFunction function) =>
        [node.Add(new Unary(function), function.HasDouble ? node.Require(node.Input(0), ElementType.F32, ElementType.F64)
            : node.Input(0, ElementType.F32))];

    /// <summary>y = f(a, b) with broadcasting (opset 7 and later) for every type of number that C# computes with.</summary>
    public static IReadOnlyList<Value> Binary(OnnxNode node, BinaryKind function) =>
        [node.Add(new Binary(function), RequireNumber(node, node.Input(0)), RequireNumber(node, node.Input(1)))];

    /// <summary>Refuses bool, which is no number, and bf16, which C# does not compute with.</summary>
    public static Value RequireNumber(OnnxNode node, Value value) => node.Require(value,
        ElementType.F32, ElementType.F64, ElementType.F16, ElementType.I8, ElementType.U8, ElementType.I16, ElementType.U16,
        ElementType.I32, ElementType.U32, ElementType.I64, ElementType.U64);

    /// <summary>y = f(a, b) with broadcasting, of integers.</summary>
    public static IReadOnlyList<Value> OfIntegers(OnnxNode node, BinaryKind function) =>
        [node.Add(new Binary(function), RequireInteger(node, node.Input(0)), RequireInteger(node, node.Input(1)))];

    /// <summary>The types of number that products are made of.</summary>
    public static Value RequireFactor(OnnxNode node, Value value) =>
        node.Require(value, ElementType.F32, ElementType.F64, ElementType.I32, ElementType.U32, ElementType.I64, ElementType.U64);

    public static Value RequireInteger(OnnxNode node, Value value) => node.Require(value,
        ElementType.I8, ElementType.U8, ElementType.I16, ElementType.U16, ElementType.I32, ElementType.U32, ElementType.I64,
            ElementType.U64);
}
