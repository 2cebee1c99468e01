using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>How <see cref="GridSample"/> weighs the pixels around a position.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum GridSampleMode
{
    /// <summary>The nearest pixel; between two, the even one.</summary>
    Nearest,

    /// <summary>Two pixels along each axis.</summary>
    Linear,

    /// <summary>Four pixels along each axis, weighed by Keys' cubic with a = -0.75.</summary>
    Cubic,
}
