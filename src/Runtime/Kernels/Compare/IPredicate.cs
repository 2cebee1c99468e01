using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>A truth about two numbers: what <see cref="Compare"/> runs over two tensors. Truth values are bytes, 0 for false.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPredicate
{
    bool Holds<T>(T a, T b)
        where T : unmanaged, INumber<T>;
}
