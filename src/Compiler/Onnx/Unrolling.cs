using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>What Loop and Scan share where they become their bodies, one after another.</summary>
internal static class Unrolling
{
    /// <summary>Each time is a copy of the body in the generated class.</summary>
    public const int MostTimes = 1024;

    /// <summary>The number of times that an input gives; null when it is data, more than any number when it is absent.</summary>
    public static IntExpr? Times(OnnxNode node, int index) => node.InputOrNull(index) is not { } value ? long.MaxValue
        : value.Type is not { Element: ElementType.I64 } || value.Type.Length != IntExpr.One
            ? throw node.Invalid($"the number of times {value.Type} is no single integer")
        : value.Constant?.ToInt64()[0] ?? value.Integers?[0];

    /// <summary>Adds what a body returned to the lists of each output.</summary>
    public static void Collect(IReadOnlyList<List<Value>> parts, IEnumerable<Value> results)
    {
        foreach (var (part, result) in parts.Zip(results))
        {
            part.Add(result);
        }
    }

    /// <summary>The parts along a new axis.</summary>
    public static Value Join(OnnxNode node, int output, IReadOnlyList<Value> parts, int axis)
    {
        var formula = new Formula(node);
        return node.Add(output, new Concat(axis),
            [.. parts.Select(p => formula.Reshape(p, [.. p.Shape.Take(axis), IntExpr.One, .. p.Shape.Skip(axis)]))]);
    }

    /// <summary>No parts at all.</summary>
    public static Value Nothing(OnnxNode node, Value part) => part.Type.IsStatic
        ? node.Constant("nothing", Tensor.Zeros(part.Type.Element, [0, .. part.Shape.Select(d => d.Value)]))
        : throw node.NotSupported("no time of its body and outputs of unknown shape");
}
