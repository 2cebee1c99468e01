using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>a = b</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Equal : IPredicate
{
    bool IPredicate.Holds<T>(T a, T b) => a == b;
}
