using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;
using Cast = MixPrec.Compiler.Graphs.Ops.Cast;

namespace MixPrec.Compiler.Onnx;

/// <summary>What Cast and CastLike share: the attributes saturate and round_mode, which concern floats of 8 bits and fewer.</summary>
internal static class Conversion
{
    public static IReadOnlyList<Value> Convert(OnnxNode node, Value x, ElementType to)
    {
        var (from, saturate, rounding) = (x.Type.Element, node.Attributes.Flag("saturate", true), node.Attributes.String("round_mode")
            ?? "up");
        var cast = new Cast(to, saturate, rounding switch
        {
            "up" => CodeRounding.Up,
            "down" => CodeRounding.Down,
            "nearest" => CodeRounding.Nearest,
            _ => throw node.Invalid($"round_mode is '{PrintableName.Format(rounding)}'"),
        });
        var f = new Formula(node);
        return [from == to ? f.Result(x)
            : from.IsFloatCode() || to.IsFloatCode() || to.Carrier() is not null ? f.Result(f.Cast(x, cast))
            : node.Add(new Cast(to), x)];
    }
}
