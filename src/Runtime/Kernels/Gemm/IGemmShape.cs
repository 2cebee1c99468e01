using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Sizes of y[M, N] = lhs[M, K] · rhs[K, N].</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IGemmShape
{
    int M { get; }

    int N { get; }

    int K { get; }
}
