using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The recurrent weights R in their storage type, and how states are multiplied by them.</summary>
/// <remarks>R is packed gate by gate in panels of 16 columns, the last one of each gate padded with zeros.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe interface IStateProduct
{
    /// <summary>
    /// sums[b, n] = Σ_k states[b, k] · R[k, n] for begin ≤ n &lt; end, both multiples of 16; states [batch, hidden] and sums [batch,
    /// columns].
    /// </summary>
    void Run<V>(float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V>;
}
