namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Sums of the elements up to each position along a non-negative axis.</summary>
/// <param name="Exclusive">The position itself does not count.</param>
/// <param name="Reverse">From the end.</param>
internal sealed record CumSum(int Axis, bool Exclusive, bool Reverse) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [inputs[0]!];
}
