using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = f(x) lane by lane: the activation of an epilogue, or what Map runs over a tensor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IUnaryFunction
{
    V Invoke<V>(V x)
        where V : struct, IVectorF32<V>;
}
