using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>a &lt; b</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Less : IPredicate
{
    bool IPredicate.Holds<T>(T a, T b) => a < b;
}
