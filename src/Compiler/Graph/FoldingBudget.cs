using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// What is computed from constants while a model is built: as much as any real model needs, whatever a file of some bytes asks for. It is
/// asked before anything is allocated.
/// </summary>
internal sealed class FoldingBudget
{
    /// <summary>Elements of one result that is larger than what it is made of: an Expand of a constant does not fill the weights.</summary>
    public const long LargestResult = 1 << 24;

    /// <summary>Bytes of all results together, beside what the model's own constants allow.</summary>
    public const long Total = 1L << 28;

    /// <summary>How often a constant of the model may be transposed, sliced, scaled and the like.</summary>
    private const long UsesOfConstant = 16;

    private long _left = Total;

    /// <summary>A constant of the model makes room for the results that are made of it.</summary>
    public void Allow(Tensor constant) => _left += constant.Bytes.Length * UsesOfConstant;

    /// <summary>Whether a result may be computed.</summary>
    /// <param name="length">Its elements.</param>
    /// <param name="largestInput">Elements of the largest constant that it is made of.</param>
    public bool Fits(ElementType type, Int128 length, long largestInput = 0) =>
        length <= Math.Max(LargestResult, largestInput) && length * type.Size() <= Math.Min(_left, Array.MaxLength);

    /// <summary>The result was computed.</summary>
    public void Take(Tensor result) => _left -= result.Bytes.Length;
}
