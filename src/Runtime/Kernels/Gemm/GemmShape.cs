using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The sizes that a generated class gives to a product. One type for all layers, so that its kernels are compiled once.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GemmShape : IGemmShape
{
    public int M { get; init; }

    public int N { get; init; }

    public int K { get; init; }
}
