using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>a and b, anything but 0 being true</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct And : IPredicate
{
    bool IPredicate.Holds<T>(T a, T b) => !T.IsZero(a) && !T.IsZero(b);
}
