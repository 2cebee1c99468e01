using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>a ≤ b</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct LessOrEqual : IPredicate
{
    bool IPredicate.Holds<T>(T a, T b) => a <= b;
}
