using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>What <see cref="Pad"/> writes beyond the ends of an axis.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,

    /// <summary>The axis mirrored at its first and last element, which are not repeated.</summary>
    Reflect,

    /// <summary>The first or last element.</summary>
    Edge,

    /// <summary>The axis from the other end.</summary>
    Wrap,
}
