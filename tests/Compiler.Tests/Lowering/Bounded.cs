using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// A tensor computed slowly, and for each element how far correctly rounded code may be from it. Bound 0 demands the same bits: the
/// arithmetic contract fixes every rounding on the way.
/// </summary>
internal sealed record Bounded(Tensor Value, Tensor Bound)
{
    /// <summary>Unit roundoff of single precision.</summary>
    public const double U = 1.0 / (1 << 24);

    public long[] Shape => Value.Shape;

    public ReadOnlySpan<float> Values => Value.Span<float>();

    public ReadOnlySpan<double> Bounds => Bound.Span<double>();

    /// <summary>γ_k = k·u / (1 − k·u): the relative error of k roundings (Higham, Accuracy and Stability, lemma 3.1).</summary>
    public static double Gamma(int k) => k * U / (1 - (k * U));

    public static Bounded Exactly(Tensor value) => new(value, Tensor.Zeros(ElementType.F64, value.Shape));

    public static Bounded Of(long[] shape) => new(Tensor.Zeros(ElementType.F32, shape), Tensor.Zeros(ElementType.F64, shape));

    /// <summary>The same movement of elements for values and bounds.</summary>
    public static Bounded Moved(Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor>?> move, params Bounded[] inputs) =>
        new(move([.. inputs.Select(i => i.Value)])![0], move([.. inputs.Select(i => i.Bound)])![0]);
}
