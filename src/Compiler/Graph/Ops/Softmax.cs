namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Softmax along one non-negative axis, or its logarithm.</summary>
internal sealed record Softmax(int Axis, bool Logarithm) : Op
{
    public override string Kind => Logarithm ? "LogSoftmax" : "Softmax";

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        Axis < 0 || Axis >= inputs[0]!.Rank ? throw new ShapeException($"axis {Axis} does not fit {inputs[0]}") : [inputs[0]!];
}
