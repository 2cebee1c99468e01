using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Losses;

/// <summary>
/// Σ weight · loss over outputs: what one backward pass differentiates. With the weights of <see cref="Sensitivity.LossWeights"/> outputs
/// count alike, whatever their units and sizes.
/// </summary>
internal sealed record LossSum(IReadOnlyList<(OutputLoss Loss, double Weight)> Terms)
{
    public static implicit operator LossSum(OutputLoss loss) => new([(loss, 1)]);

    public static implicit operator LossSum(LossKind kind) => (OutputLoss)kind;
}
