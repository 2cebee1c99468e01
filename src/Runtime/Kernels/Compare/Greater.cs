using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>a &gt; b</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Greater : IPredicate
{
    bool IPredicate.Holds<T>(T a, T b) => a > b;
}
