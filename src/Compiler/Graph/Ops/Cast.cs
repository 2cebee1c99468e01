using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Converts the elements to another type (ONNX Cast: float to integer truncates towards zero).</summary>
internal sealed record Cast(ElementType To) : Op
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

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => To is ElementType.I64 or ElementType.I32 ? inputs[0].Integers : null;
}
