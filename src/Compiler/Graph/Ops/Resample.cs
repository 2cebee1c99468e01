using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// One axis of an interpolation: position p is Σ weights[p, t] · x[starts[p] + t] along <paramref name="Axis"/>. Inputs: x (F32), starts
/// (I32 [positions]) and weights (F32 [positions, taps]), both constants whose windows lie in x.
/// </summary>
internal sealed record Resample(int Axis) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, weights) = (inputs[0]!, inputs[2]!);
        return [x.WithShape([.. x.Shape.Select((s, d) => d == Axis ? weights.Shape[0] : s)])];
    }
}
