using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

/// <summary>How machine code turns values into unsigned bytes: what StoreU8 in Runtime precomputes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CodeRange
{
    /// <summary>The value of the code 0, as which NaN is taken too.</summary>
    public float FirstValue;

    /// <summary>The value of the largest code.</summary>
    public float LastValue;

    /// <summary>1 / scale, rounded.</summary>
    public float Reciprocal;

    public float NegativeScale;

    public int ZeroPoint;
}
