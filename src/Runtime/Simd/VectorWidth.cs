using System.ComponentModel;

namespace MixPrec.Runtime.Simd;

/// <summary>Length of the registers that a kernel computes in.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum VectorWidth
{
    /// <summary>One lane.</summary>
    Scalar,

    /// <summary>Four lanes of 32 bits.</summary>
    Bits128,

    /// <summary>Eight lanes of 32 bits.</summary>
    Bits256,

    /// <summary>Sixteen lanes of 32 bits.</summary>
    Bits512,
}
