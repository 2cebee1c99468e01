using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>The sizes that a generated class gives to a recurrent layer. One type for all layers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct RecurrentShape : IRecurrentShape
{
    public int Steps { get; init; }

    public int Batch { get; init; }

    public int Hidden { get; init; }
}
