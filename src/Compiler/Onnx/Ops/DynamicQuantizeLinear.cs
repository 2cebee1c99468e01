using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Codes 0…255 over the range of x, which is widened to hold 0; also the scale and the zero point. The scale of nothing but zeros is 1, as
/// ONNX Runtime has it: the definition's 0 would make NaN of every code. Opset 11.
/// </summary>
internal static class DynamicQuantizeLinear
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = node.Input(0, ElementType.F32);
        var flat = f.Reshape(x, x.Type.Length);
        var lowest = f.Apply(BinaryKind.Min, f.Reduce(ReduceKind.Min, flat, 0), f.Number(0));
        var highest = f.Apply(BinaryKind.Max, f.Reduce(ReduceKind.Max, flat, 0), f.Number(0));
        var range = f.Reshape(f.Sub(highest, lowest), []);
        var scale = f.Where(f.Compare(CompareKind.Equal, range, f.Number(0)), f.Number(1), f.Div(range, f.Number(255)));
        var zero = f.Clip(f.Apply(UnaryKind.Round, f.Div(f.Sub(f.Number(0), f.Reshape(lowest, [])), scale)), 0, 255);
        var codes = Quantization.ToCodes(node, f, f.Div(x, scale), zero, ElementType.U8);
        return [f.Result(codes), f.Result(scale, 1), f.Result(f.Cast(zero, ElementType.U8), 2)];
    }
}
