using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How <see cref="Reduce"/> joins elements: y = finish(start ∘ x₀ ∘ x₁ ∘ …).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IReduction
{
    /// <summary>The value that leaves any x unchanged when joined with it: also the result over no elements.</summary>
    static abstract float Start { get; }

    /// <summary>left ∘ right, lane by lane.</summary>
    static abstract V Join<V>(V left, V right)
        where V : struct, IVectorF32<V>;

    /// <summary>The result, from what <paramref name="count"/> elements were joined to.</summary>
    static abstract float Finish(float joined, long count);
}
