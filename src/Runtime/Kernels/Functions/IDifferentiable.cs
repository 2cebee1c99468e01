using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// A function with its derivative, which says how far an error of x reaches y: the activations that products are computed with in two
/// passes.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IDifferentiable : IUnaryFunction
{
    /// <summary>f'(x), at a kink that of the side where f is flatter.</summary>
    /// <param name="x">Argument.</param>
    /// <param name="y">What <see cref="IUnaryFunction.Invoke"/> made of it.</param>
    V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>;
}
