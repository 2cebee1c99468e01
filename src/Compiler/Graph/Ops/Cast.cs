using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Converts the elements to another type (ONNX Cast: float to integer truncates towards zero). Floats of 8 bits and fewer are met by F32
/// only, integers of fewer bits come from their <see cref="ElementTypes.Carrier"/>.
/// </summary>
/// <param name="Saturate">Of floats of 8 bits and fewer: what is too large becomes the largest number.</param>
/// <param name="Rounding">Of powers of two (E8M0).</param>
internal sealed record Cast(ElementType To, bool Saturate = true, CodeRounding Rounding = CodeRounding.Up) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [new TensorType(To, inputs[0]!.Shape)];

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var x = inputs[0]!;
        var result = Tensor.Zeros(To, x.Shape);
        for (int i = 0; i < x.Length; i++)
        {
            if (!ElementConversion.TryConvert(x, result, i))
            {
                return null;
            }
        }

        return [result];
    }

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) =>
        To is ElementType.I64 or ElementType.I32 ? inputs[0].Integers : null;
}
