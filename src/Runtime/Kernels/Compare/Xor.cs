using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>either a or b, anything but 0 being true</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Xor : IPredicate
{
    bool IPredicate.Holds<T>(T a, T b) => T.IsZero(a) != T.IsZero(b);
}
