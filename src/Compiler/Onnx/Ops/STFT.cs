using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Fourier transforms of the frames of signals [batch, length, parts] of known length, each frame times a window. Opset 17.
/// </summary>
internal static class STFT
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0, ElementType.F32));
        var window = node.InputOrNull(2) is null ? null : node.Input(2, ElementType.F32);
        long step = node.ConstantInteger(1) ?? throw node.Invalid("the frame's step is missing");
        bool half = node.Attributes.Flag("onesided", absent: true);
        if (x.Rank == 2)
        {
            x = formula.Reshape(x, [.. x.Shape, 1]);
        }

        if (x.Rank != 3 || x.Shape[2] is not { IsConstant: true, Value: 1 or 2 } parts
            || (half && parts.Value == 2 && node.Attributes.Has("onesided")))
        {
            throw node.Invalid($"{x.Type} holds no signals");
        }

        half &= parts.Value == 1;
        if (!x.Shape[1].IsConstant || (window is not null && !window.Type.IsStatic))
        {
            throw node.Unsupported($"signals of '{x.Shape[1]}' positions");
        }

        long length = node.ConstantInteger(3)
            ?? (window is { Rank: 1 } ? window.Shape[0].Value : throw node.Invalid("the frame's length is missing"));
        if (step < 1 || length < 1 || length > x.Shape[1].Value || (window is not null && (window.Rank != 1 || window.Shape[0] != length)))
        {
            throw node.Invalid($"frames of {Counted.Format(length, "position")} every {step} for {x.Type}");
        }

        long frames = ((x.Shape[1].Value - length) / step) + 1, bins = half ? (length / 2) + 1 : length;
        node.RequireFoldable((Int128)frames * length);
        long[] positions = [.. Enumerable.Range(0, (int)(frames * length)).Select(i => (i / length * step) + (i % length))];
        var cut = formula.Gather(x, node.Constant("positions", Tensor.Create(positions, frames, length)), 1);
        var weighted = window is null ? cut : formula.Mul(cut, formula.Reshape(window, length, 1));
        var matrix = node.Constant("matrix", FourierMatrix.Create(node, length, (int)parts.Value, length, bins, inverse: false));
        var product = formula.MatMul(formula.Reshape(weighted, x.Shape[0], frames, length * parts), matrix);
        return [formula.Result(formula.Reshape(product, x.Shape[0], frames, bins, 2))];
    }
}
