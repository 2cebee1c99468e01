using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// (Σ |x|ᵖ)^(1/p) over sliding windows: a mean that counts padding, times the window's size. Opset 2, 11, 18 (dilations, ceil_mode), 22.
/// </summary>
internal static class LpPool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = f.RequiredSingle(0);
        float p = Power(node);
        if (node.Attributes.Flag("ceil_mode"))
        {
            throw node.NotSupported("ceil_mode");
        }

        var kernel = node.Attributes.Sizes("kernel_shape") ?? throw node.Invalid("attribute 'kernel_shape' is missing");
        var window = WindowAttributes.Read(node, x, kernel);
        var powers = f.Apply(BinaryKind.Pow, f.Apply(UnaryKind.Abs, x), f.Number(p));
        var mean = node.AddPart("mean",
            new Pool(PoolKind.Average, window.Kernel, window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations, CeilMode: false,
            CountPadding: true), powers);
        var sum = f.Mul(mean, f.Number(kernel.Aggregate(1f, (a, b) => a * b)));
        return [f.Result(f.Cast(f.Apply(BinaryKind.Pow, sum, f.Number(1 / p)), node.Input(0).Type.Element))];
    }

    public static float Power(OnnxNode node) =>
        (node.Attributes.Int("p") ?? 2) is > 0 and < 100 and var p ? p : throw node.Invalid("p is out of range");
}
