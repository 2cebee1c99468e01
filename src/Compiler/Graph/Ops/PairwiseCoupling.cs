using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Probabilities [N, classes] that fit those of each pair of classes (input 0, [N, pairs]) best.</summary>
internal sealed record PairwiseCoupling(int Classes) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [inputs[0]!.WithShape([inputs[0]!.Shape[0], Classes])];
}
