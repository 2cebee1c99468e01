using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>What <see cref="GridSample"/> finds outside the image.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum GridSamplePadding
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The nearest pixel of the edge.</summary>
    Border,

    /// <summary>The image mirrored at its edges.</summary>
    Reflection,
}
