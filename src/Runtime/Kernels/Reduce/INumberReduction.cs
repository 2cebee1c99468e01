using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>How <see cref="ReduceNumbers"/> joins elements of any type: y = finish(start ∘ x₀ ∘ x₁ ∘ …).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface INumberReduction
{
    /// <summary>The value that leaves any x unchanged when joined with it: also the result over no elements.</summary>
    static abstract T Start<T>()
        where T : INumber<T>;

    /// <summary>left ∘ right; integers wrap around.</summary>
    static abstract T Join<T>(T left, T right)
        where T : INumber<T>;

    /// <summary>The result, from what <paramref name="count"/> ≥ 1 elements were joined to.</summary>
    static virtual T Finish<T>(T joined, int count)
        where T : INumber<T> => joined;
}
