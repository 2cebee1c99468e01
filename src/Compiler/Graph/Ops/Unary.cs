using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>y = f(x), elementwise.</summary>
internal sealed record Unary(UnaryFunction Function) : Op
{
    public override string Kind => Function.Kind.ToString();

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [inputs[0]!];

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        if (inputs[0]!.Type == ElementType.F64)
        {
            return [Tensor.Create<double>(ElementType.F64, [.. inputs[0]!.Span<double>().ToArray().Select(Function.Evaluate)],
                inputs[0]!.Shape)];
        }

        if (inputs[0]!.Type != ElementType.F32)
        {
            return null;
        }

        var result = Tensor.Zeros(ElementType.F32, inputs[0]!.Shape);
        var x = inputs[0]!.Span<float>();
        var y = result.Writable<float>();
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = (float)Function.Evaluate(x[i]);
        }

        return [result];
    }
}
